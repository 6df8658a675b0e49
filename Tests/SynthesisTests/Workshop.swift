import Postgres
import SQLSyntax
import Synthesis
import TestSupport
import Testing

/// Makes rows for schemas and has the server judge them.
enum Workshop {
  /// The catalog of a database that `schema` makes, and a session to it.
  static func with(
    _ schema: String, _ body: (_ catalog: Catalog, _ connection: LibPQConnection) throws -> Void
  ) throws {
    try withDatabase { connection in
      for statement in try StatementSplitter.split(schema) {
        try connection.execute(statement.text)
      }
      try body(try CatalogReader.read(from: connection), connection)
    }
  }

  /// A goal of shared rows in every table.
  static func everything(_ catalog: Catalog) -> SynthesisGoal {
    let tables = catalog.relations.values.filter { [.table, .partitioned].contains($0.kind) }
    return SynthesisGoal(owned: [], shared: Set(tables.map(\.oid)))
  }

  /// Makes rows for every table of `schema` and inserts them all, spare ones too.
  static func fill(_ schema: String, seed: UInt64 = 1) throws {
    try with(schema) { catalog, connection in
      var synthesizer = RowSynthesizer(catalog: catalog, goal: everything(catalog), seed: seed)
      try synthesizer.makeRows(on: connection)
      #expect(synthesizer.obstacles.values.map(\.reason) == [])
      try connection.execute("BEGIN")
      try connection.execute("SET CONSTRAINTS ALL DEFERRED")
      for oid in synthesizer.order.relations {
        let relation = try #require(catalog.relations[oid])
        let rows = synthesizer.rows(of: oid, owner: .shared)
        #expect(rows.count >= 2, "\(relation.name)")
        for row in rows {
          let statement = try row.insertion(into: relation)
          do {
            try connection.execute(statement.sql, statement.parameters)
          } catch {
            Issue.record("\(error): \(try row.script(into: relation))")
            return
          }
        }
      }
      try connection.execute("COMMIT")
    }
  }
}
