import Foundation

/// A shell in a real terminal of a given size, which a test types into and reads: tmux.
package final class TerminalWindow {
  /// Where tmux is; nil when it is not there, and then a test says that it skips.
  package static let program: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { $0 + "/tmux" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  private let socket: String
  private let folder: String

  /// Opens one.
  ///
  /// - Parameters:
  ///   - environment: Variables for the shell besides `SpawnedProgram.environment`.
  ///   - directory: Where the shell begins.
  package init(
    columns: Int = 100, rows: Int = 50, environment: [String: String] = [:], directory: String
  ) throws {
    folder = NSTemporaryDirectory() + "dbtool-terminal-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    socket = folder + "/socket"
    var variables = SpawnedProgram.environment
    variables["LC_ALL"] = "C.UTF-8"
    variables.merge(environment) { $1 }
    let size = ["-x", "\(columns)", "-y", "\(rows)"]
    // A login shell in between would set PATH anew.
    let shell = ["env"] + variables.map { "\($0.key)=\($0.value)" } + ["/bin/sh"]
    try tmux(["-f", "/dev/null", "new-session", "-d", "-c", directory] + size + shell)
    // The prompt is one for root and another for everybody else.
    guard wait({ $0.hasSuffix("$") || $0.hasSuffix("#") }) else {
      throw TestSupportError(message: "the terminal shows no shell")
    }
  }

  deinit {
    _ = try? tmux(["kill-server"])
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Types a line and ends it.
  package func type(_ line: String) throws {
    try tmux(["send-keys", "-l", line])
    try press("Enter")
  }

  /// Presses a key, by tmux's name of it, such as `C-c`.
  package func press(_ key: String) throws { try tmux(["send-keys", key]) }

  /// Empties the window, so that what is waited for is not what stood there before.
  package func clear() throws {
    try tmux(["send-keys", "-R"])
    try tmux(["clear-history"])
  }

  /// What stands in the window and above it.
  ///
  /// - Parameters:
  ///   - withColours: Keeps the codes of colours.
  ///   - joinsWrapped: Makes one line again of those that the terminal had to break.
  package func text(withColours: Bool = false, joinsWrapped: Bool = false) -> String {
    let options = (withColours ? ["-e"] : []) + (joinsWrapped ? ["-J"] : [])
    let shown = (try? tmux(["capture-pane", "-p", "-S", "-"] + options)) ?? ""
    // Joined lines keep the spaces at their ends.
    return shown.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n").trimmingCharacters(in: .newlines)
  }

  /// The column in which the cursor stands.
  package var cursorColumn: Int {
    let answer = try? tmux(["display-message", "-p", "#{cursor_x}"])
    return answer.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? -1
  }

  /// Waits until the window shows something.
  package func wait(for text: String, within seconds: Double = 20) -> Bool {
    wait(within: seconds) { $0.contains(text) }
  }

  private func wait(within seconds: Double = 20, _ condition: (String) -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if condition(text()) { return true }
      usleep(30_000)
    }
    return false
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    guard let program = Self.program else { throw TestSupportError(message: "no tmux") }
    let outcome = try SpawnedProgram.run(
      [program, "-u", "-S", socket] + arguments,
      environment: ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"])
    guard outcome.status == 0 else {
      throw TestSupportError(message: "tmux \(arguments.first ?? ""): \(outcome.errors)")
    }
    return outcome.output
  }
}
