internal import Postgres
internal import SQLSyntax

/// Runs a seed file of SQL inside an open transaction.
struct SQLSeedRun {
  let seed: SQLSeed
  let path: String

  /// The number of rows that the file wrote.
  func run(on connection: any Connection) throws -> Int {
    // One network wait for the file, however many statements it holds.
    let outcomes = try connection.pipeline(seed.statements.map { PipelineStatement($0.text) })
    var rows = 0
    for (statement, outcome) in zip(seed.statements, outcomes) {
      if let error = outcome.error { throw failure(error, in: statement) }
      if let result = outcome.result, Self.writes(result.commandTag) { rows += result.rowCount }
    }
    return rows
  }

  private func failure(_ error: PostgresError, in statement: Statement) -> SeedError {
    SeedError(
      .statementFailed, error.message, file: path,
      location: seed.location(of: statement, position: error.position), statement: statement.text,
      cause: error,
      remedy: error.isPolicyRefusal
        ? "The application's role may not write this row in this tenant's context." : nil)
  }

  private static func writes(_ commandTag: String) -> Bool {
    ["INSERT", "UPDATE", "DELETE", "MERGE"].contains { commandTag.hasPrefix($0) }
  }
}
