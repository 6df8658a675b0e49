import Foundation

/// The Python environment with AWS's own clients and readers of reports, which `scripts/bootstrap test` makes.
package enum PythonClients {
  /// Its interpreter; nil when it is not there, and then a test says that it skips.
  package static let interpreter: String? = {
    let path = SharedTestData.packageRoot + "/.venv-aws/bin/python"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// True when the environment is there and has these modules.
  package static func has(_ modules: [String]) -> Bool {
    let script = """
      import sys, importlib.util
      sys.exit(not all(importlib.util.find_spec(name) for name in sys.argv[1:]))
      """
    return (try? run("-c", [script] + modules).isGood) ?? false
  }

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
