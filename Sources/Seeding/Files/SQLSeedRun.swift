internal import Postgres
internal import SQLSyntax

/// Runs a seed file of SQL inside an open transaction.
struct SQLSeedRun {
  let seed: SQLSeed
  let path: String
  /// Whose id `${tenant_id}` stands for.
  let tenant: String?

  /// The number of rows that the file wrote.
  func run(on connection: any Connection) throws -> Int {
    let texts = try seed.statements.indices.map { try seed.statement(at: $0, for: tenant) }
    // One network wait for the file, however many statements it holds.
    let outcomes = try connection.pipeline(texts.map { PipelineStatement($0.text) })
    var rows = 0
    for (index, outcome) in outcomes.enumerated() {
      if let error = outcome.error {
        throw failure(error, in: seed.statements[index], as: texts[index])
      }
      if let result = outcome.result, Self.writes(result.commandTag) { rows += result.rowCount }
    }
    return rows
  }

  private func failure(
    _ error: PostgresError, in statement: Statement, as text: EditedText
  ) -> SeedError {
    let position = error.position.map { text.originalPosition(of: $0) }
    return SeedError(
      .statementFailed, error.message, file: path,
      location: seed.location(of: statement, position: position), statement: statement.text,
      cause: error,
      remedy: error.isPolicyRefusal
        ? "The application's role may not write this row in this tenant's context." : nil)
  }

  private static func writes(_ commandTag: String) -> Bool {
    ["INSERT", "UPDATE", "DELETE", "MERGE"].contains { commandTag.hasPrefix($0) }
  }
}
