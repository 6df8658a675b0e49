import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stream of the process.
struct Output {
  private let descriptor: Int32

  /// Standard output: what a command was asked for.
  static let standard = Output(descriptor: STDOUT_FILENO)
  /// Standard error: what happens meanwhile, and errors.
  static let error = Output(descriptor: STDERR_FILENO)

  /// True when a person may type.
  static var standardInputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// All of standard input, also from a pipe.
  ///
  /// - Throws: `UsageError` when it cannot be read.
  static func standardInput() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(STDIN_FILENO, &part, part.count)
      if count > 0 {
        bytes += part[..<count]
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw UsageError("standard input cannot be read: \(String(cString: strerror(errno)))")
      }
    }
  }

  /// True when a person is at the other end.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Opens what the caller closed, on nothing.
  ///
  /// Otherwise the next file or socket gets the number of the closed stream, and messages are
  /// written into it: into the connection to the database, for example.
  static func fillClosedStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free, which is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// The columns of the terminal, or what COLUMNS says; nil where it is none.
  var columns: Int? {
    guard isTerminal else { return nil }
    let narrowest = 20
    if let columns = getenv("COLUMNS").flatMap({ Int(String(cString: $0)) }), columns > 0 {
      return max(columns, narrowest)
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return max(Int(size.ws_col), narrowest)
  }

  /// What a text is for those who read the stream.
  enum Kind {
    /// Words for people, in which nothing is a command.
    case words
    /// A JSON text.
    case json
    /// Commands to the runner of GitHub Actions.
    case workflowCommands
  }

  /// Writes all of `text`, and takes the line of progress out of its way.
  ///
  /// - Returns: Why it could not be written, as `writeBytes` does.
  @discardableResult
  func write(_ text: String, as kind: Kind = .words) -> String? {
    ProgressLine.shared.givingWay { writeBytes(text, as: kind) }
  }

  /// Writes all of `text` wherever the cursor is.
  ///
  /// - Returns: Why it could not be written; nil also when the reader has gone, as `head` does when
  ///   it has seen enough.
  @discardableResult
  func writeBytes(_ text: String, as kind: Kind = .words) -> String? {
    // What a pull request's SQL says must not speak to the runner that shows it.
    let isRead = kind != .workflowCommands && getenv("GITHUB_ACTIONS") != nil
    let text = isRead ? WorkflowCommand.disarmed(text, isJSON: kind == .json) : text
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return errno == EPIPE ? nil : String(cString: strerror(errno))
      }
      bytes = bytes.dropFirst(written)
    }
    return nil
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, bytes, count)
  #else
    Darwin.write(descriptor, bytes, count)
  #endif
}
