import Foundation

/// The Python environment with AWS's own clients, which `scripts/bootstrap test` makes.
package enum PythonClients {
  /// Its interpreter; nil when it is not there, and then a test says that it skips.
  package static let interpreter: String? = {
    let path = SharedTestData.packageRoot + "/.venv-aws/bin/python"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// Runs a script to its end; what it printed, and whether it ended well.
  package static func run(
    _ script: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (isGood: Bool, output: String) {
    guard let interpreter else { throw TestSupportError(message: "no Python environment") }
    let process = Process()
    process.executableURL = URL(filePath: interpreter)
    process.arguments = [script] + arguments
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
      .merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus == 0, String(decoding: bytes, as: UTF8.self))
  }
}
