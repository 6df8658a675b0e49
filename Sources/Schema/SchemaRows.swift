package import Postgres
internal import SQLSyntax

/// The rows of all tables and how far the sequences are, as migrations left them.
package struct SchemaRows: Sendable, Equatable {
  /// The rows of one table.
  package struct Table: Sendable, Equatable {
    /// The table as SQL writes it.
    package var name: String
    /// Its columns that can be given values, as SQL writes them.
    package var columns: [String]
    /// The values of each row as a list of literals, sorted; no more than were asked for.
    package var rows: [String]
    /// The number of all its rows.
    package var count: Int
  }

  /// The tables that have rows, by name.
  package var tables: [Table]
  /// The sequences that were used, with the last number and whether it was given out.
  package var sequences: [String: String]

  /// The materialized views that were never filled.
  package var unfilled: [String]

  /// The number of all rows.
  package var count: Int { tables.reduce(0) { $0 + $1.count } }

  /// Reads everything; for databases that hold what migrations put in, and no more.
  ///
  /// - Parameter limit: At most so many rows of a table are read.
  /// - Throws: `PostgresError`.
  package static func read(
    _ connection: any Connection, limit: Int
  ) throws -> SchemaRows {
    let tables = try connection.execute(tablesQuery).rows.map { row in
      (name: row.text(0), columns: PostgresArray.elements(of: row.text(1)).compactMap { $0 })
    }
    let outcomes = try connection.pipeline(
      tables.map { table in
        let values = table.columns.map { "pg_catalog.quote_nullable(\($0)::text)" }
        let list = values.isEmpty ? "''" : values.joined(separator: ", ")
        return PipelineStatement(
          """
          SELECT literals, count(*) OVER () FROM (
            SELECT pg_catalog.concat_ws(', ', \(list)) AS literals FROM ONLY \(table.name)) r
          ORDER BY literals COLLATE "C" LIMIT \(limit)
          """)
      })
    var read: [Table] = []
    for (table, outcome) in zip(tables, outcomes) {
      if let error = outcome.error { throw error }
      guard let rows = outcome.result?.rows, let first = rows.first else { continue }
      read.append(
        Table(
          name: table.name, columns: table.columns, rows: rows.map { $0.text(0) },
          count: first.int(1) ?? rows.count))
    }
    return SchemaRows(
      tables: read,
      sequences: try usedSequences(connection),
      unfilled: try connection.execute(unfilledQuery).rows.map { $0.text(0) })
  }

  /// Where the sequences are that are not where they began.
  private static func usedSequences(_ connection: any Connection) throws -> [String: String] {
    let all = try connection.execute(sequencesQuery).rows.map { ($0.text(0), $0.text(1)) }
    // The catalog's view hides where one stands that has given out nothing yet.
    let outcomes = try connection.pipeline(
      all.map { PipelineStatement("SELECT last_value, is_called FROM \($0.0)") })
    var used: [String: String] = [:]
    for ((name, start), outcome) in zip(all, outcomes) {
      if let error = outcome.error { throw error }
      guard let row = outcome.result?.rows.first, row.bool(1) || row.text(0) != start else {
        continue
      }
      used[name] = "\(row.text(0)), \(row.bool(1))"
    }
    return used
  }

  /// Statements that put in what this has and `earlier` has not; nil when a table of `earlier` has
  /// other rows here, which takes more than insertions.
  package func script(after earlier: SchemaRows) -> String? {
    var text = ""
    for table in tables {
      if let known = earlier.tables.first(where: { $0.name == table.name }) {
        guard known.rows == table.rows else { return nil }
        continue
      }
      let columns = table.columns.isEmpty ? "" : " (\(table.columns.joined(separator: ", ")))"
      for row in table.rows {
        text +=
          table.columns.isEmpty
          ? "INSERT INTO \(table.name) DEFAULT VALUES;\n"
          : "INSERT INTO \(table.name)\(columns) OVERRIDING SYSTEM VALUE VALUES (\(row));\n"
      }
    }
    let isGone = earlier.tables.contains { known in !tables.contains { $0.name == known.name } }
    if isGone { return nil }
    for (name, value) in sequences.sorted(by: { $0.key < $1.key })
    where earlier.sequences[name] != value {
      guard let literal = try? SQLLiteral.quoted(name) else { continue }
      text += "SELECT pg_catalog.setval(\(literal), \(value));\n"
    }
    return text
  }

  private static let tablesQuery = """
    SELECT r.name, ARRAY(
      SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      ORDER BY a.attnum)::text
    FROM (\(SchemaQueries.relation)) r WHERE r.relkind = 'r' ORDER BY r.name
    """

  private static let unfilledQuery = """
    SELECT r.name FROM (\(SchemaQueries.relation)) r JOIN pg_catalog.pg_class c ON c.oid = r.oid
    WHERE r.relkind = 'm' AND NOT c.relispopulated ORDER BY r.name
    """

  private static let sequencesQuery = """
    SELECT r.name, s.seqstart
    FROM (\(SchemaQueries.relation)) r JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
    ORDER BY r.name
    """
}
