import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs statements as the superuser on a cluster that nobody can connect to meanwhile.
///
/// PostgreSQL manual, "postgres", section "Single-User Mode": a line is a statement.
struct SingleUserMode {
  let binaries: PostgresBinaries
  let user: ServerUser
  let dataDirectory: String

  /// Runs statements in a database, and stops at none.
  ///
  /// - Returns: What the server complained of, in one line; nil when all went well.
  /// - Throws: `LocalPostgresError` or `ProcessError` when the program cannot be run.
  func complaint(
    running statements: [String], in database: String, scriptDirectory: String
  ) throws -> String? {
    let script = scriptDirectory + "/single.sql"
    try FileSystem.replace(
      script, with: statements.map { $0 + ";\n" }.joined(), mode: 0o600)
    defer { unlink(script) }
    let outcome = try ChildProcess.run(
      user.command([binaries.postgres, "--single", "-D", dataDirectory, database]),
      standardInput: script)
    // It ends with success even after a failed statement.
    let isGood = outcome.isSuccess && !outcome.output.contains("ERROR:")
    return isGood ? nil : outcome.complaint
  }
}

extension ChildProcess.Outcome {
  /// The errors in the output of PostgreSQL's programs, in one line; all of it where it marks none.
  var complaint: String {
    let lines = output.split(separator: "\n")
    let marks = ["PANIC:", "FATAL:", "ERROR:", "HINT:", "error:", "hint:"]
    let errors = lines.compactMap { line in
      marks.lazy.compactMap { line.firstRange(of: $0) }.first.map { line[$0.lowerBound...] }
    }
    return (errors.isEmpty ? lines : errors).joined(separator: "; ")
  }
}
