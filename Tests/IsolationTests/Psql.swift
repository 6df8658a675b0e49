import Foundation
import TestSupport
import Testing

/// Runs other programs on a database.
enum Psql {
  /// What psql printed for `script`, line by line; without the caller's psqlrc, headings and tags.
  static func lines(_ script: String, on database: TestDatabase, stopsAtError: Bool) throws
    -> [String]
  {
    try withTemporaryDirectory { directory in
      let file = directory + "/script.sql"
      try script.write(toFile: file, atomically: true, encoding: .utf8)
      let stop = "ON_ERROR_STOP=\(stopsAtError ? 1 : 0)"
      let outcome = try run(
        "psql", ["-X", "-q", "-A", "-t", "-v", stop, "-f", file, "-d", database.conninfo])
      if stopsAtError { try #require(outcome.status == 0, "\(outcome.errors)\n\(script)") }
      return outcome.output.split(separator: "\n").map { String($0) }
    }
  }

  /// What psql printed for `script` and which errors it met; it goes on after an error, as when a
  /// script is pasted.
  static func paste(_ script: String, on database: TestDatabase) throws
    -> (lines: [String], errors: String)
  {
    try withTemporaryDirectory { directory in
      let file = directory + "/script.sql"
      try script.write(toFile: file, atomically: true, encoding: .utf8)
      let outcome = try run(
        "psql", ["-X", "-q", "-A", "-t", "-f", file, "-d", database.conninfo])
      return (
        outcome.output.split(separator: "\n").map { String($0) },
        outcome.errors.split(separator: "\n").filter { $0.contains("ERROR:") }
          .joined(separator: "\n")
      )
    }
  }

  /// The schema and the data of a database as SQL.
  static func dump(_ database: TestDatabase) throws -> String {
    let outcome = try run("pg_dump", ["--inserts", "-d", database.conninfo])
    try #require(outcome.status == 0, "\(outcome.errors)")
    // Newer versions bracket their output with a random key.
    return outcome.output.split(separator: "\n").filter {
      !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict")
    }.joined(separator: "\n")
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> (
    status: Int32, output: String, errors: String
  ) {
    let outcome = try SpawnedProgram.run([try TestServer.program(program)] + arguments)
    return (outcome.status, outcome.output, outcome.errors)
  }
}
