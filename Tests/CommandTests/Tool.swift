import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The `dbtool` that was built together with these tests, run as a user runs it.
enum Tool {
  /// Where it is: beside the test bundle.
  static let path: String = {
    #if canImport(Darwin)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
      return bundle.bundleURL.deletingLastPathComponent().appending(path: "dbtool").path
    #else
      let program = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
      return program.deletingLastPathComponent().appending(path: "dbtool").path
    #endif
  }()

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - environment: Variables besides those that find PostgreSQL and the user's cache.
  ///   - directory: The folder to run it in.
  ///   - input: What it reads on standard input.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], directory: String,
    input: String = ""
  ) throws -> Outcome {
    try start(arguments, environment: environment, directory: directory, input: input).wait()
  }

  /// Starts it, or another program that runs it.
  static func start(
    _ arguments: [String], program: String = path, environment: [String: String] = [:],
    directory: String, input: String = ""
  ) throws -> RunningTool {
    try RunningTool(
      program, arguments, environment: environment, directory: directory, input: input)
  }

  /// Runs a line of the shell, in which `"$dbtool"` is the tool.
  static func shell(
    _ line: String, environment: [String: String] = [:], directory: String
  ) throws -> Outcome {
    var environment = environment
    environment["dbtool"] = path
    return try start(
      ["-c", line], program: "/bin/sh", environment: environment, directory: directory
    ).wait()
  }
}

/// What a run left.
struct Outcome {
  /// The exit code, or the negative number of the signal that ended it.
  var status: Int32
  var stdout: String
  var stderr: String

  /// Standard output as a JSON object; fails when it holds anything else.
  func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let value = try? JSONSerialization.jsonObject(with: Data(stdout.utf8))
    return try #require(
      value as? [String: Any], "no JSON: \(stdout) \(stderr)", sourceLocation: location)
  }

  /// The `error` of the JSON form.
  func jsonError(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    try #require(try json(location)["error"] as? [String: Any], sourceLocation: location)
  }

  /// Everything that it wrote.
  var text: String { stdout + stderr }
}

/// A run that goes on.
///
/// What it writes goes to files: nothing has to be drained, and it can be read at any time.
final class RunningTool {
  private let program: SpawnedProgram
  private let folder: String

  init(
    _ program: String, _ arguments: [String], environment: [String: String], directory: String,
    input: String
  ) throws {
    folder = try makeTemporaryDirectory()
    let folder = URL(filePath: folder)
    func file(_ name: String) -> URL { folder.appending(path: name) }
    try Data(input.utf8).write(to: file("in"))
    for name in ["out", "err"] { try Data().write(to: file(name)) }
    let files = [
      try FileHandle(forReadingFrom: file("in")), try FileHandle(forWritingTo: file("out")),
      try FileHandle(forWritingTo: file("err")),
    ]
    self.program = try SpawnedProgram(
      [program] + arguments, environment: SpawnedProgram.environment.merging(environment) { $1 },
      directory: directory, input: files[0].fileDescriptor, output: files[1].fileDescriptor,
      errors: files[2].fileDescriptor)
    for file in files { try file.close() }
  }

  deinit {
    program.send(SIGKILL)
    _ = program.waitForEnd()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// What it wrote to standard error so far.
  var stderr: String { text("err") }

  /// True until it has ended.
  var isRunning: Bool { program.isRunning }

  func send(_ signal: Int32) { program.send(signal) }

  /// Waits for its end.
  ///
  /// - Throws: `TestSupportError` after a minute.
  func wait() throws -> Outcome {
    guard eventually(within: 60, { !program.isRunning }) else {
      throw TestSupportError(message: "dbtool does not end: \(text("out"))\(stderr)")
    }
    return Outcome(status: program.waitForEnd(), stdout: text("out"), stderr: stderr)
  }

  private func file(_ name: String) -> URL { URL(filePath: "\(folder)/\(name)") }

  private func text(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: file(name))) ?? Data(), as: UTF8.self)
  }
}

/// Waits for something to become true.
func eventually(within seconds: Double = 10, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < end {
    if try condition() { return true }
    usleep(5_000)
  }
  return try condition()
}
