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

  /// True when a person is at the other end.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Writes all of `text`; nothing can be done about a reader that has gone.
  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, bytes, count)
  #else
    Darwin.write(descriptor, bytes, count)
  #endif
}
