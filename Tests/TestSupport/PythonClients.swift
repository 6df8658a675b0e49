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
    let outcome = try SpawnedProgram.run(
      [interpreter, script] + arguments,
      environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
        .merging(environment) { $1 }, joinsErrors: true)
    return (outcome.status == 0, outcome.output)
  }
}
