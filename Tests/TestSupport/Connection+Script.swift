package import Postgres
internal import SQLSyntax

extension Connection {
  /// Runs all statements of a text, one after the other.
  package func runScript(_ text: String) throws {
    for statement in try StatementSplitter.split(text) { try execute(statement.text) }
  }
}
