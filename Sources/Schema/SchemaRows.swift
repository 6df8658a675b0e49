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
    /// The values of each row as a list of literals, sorted.
    package var rows: [String]
  }

  /// The tables that have rows, by name.
  package var tables: [Table]
  /// The sequences that were used, with the last number and whether it was given out.
  package var sequences: [String: String]

  /// The materialized views that were never filled.
  package var unfilled: [String]

  /// The number of all rows.
  package var count: Int { tables.reduce(0) { $0 + $1.rows.count } }

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
          SELECT * FROM (SELECT pg_catalog.concat_ws(', ', \(list)) AS row FROM ONLY \(table.name)) r
          ORDER BY row COLLATE "C" LIMIT \(limit)
          """)
      })
    var read: [Table] = []
    for (table, outcome) in zip(tables, outcomes) {
      if let error = outcome.error { throw error }
      let rows = outcome.result?.rows.map { $0.text(0) } ?? []
      if !rows.isEmpty { read.append(Table(name: table.name, columns: table.columns, rows: rows)) }
    }
    let sequences = try connection.execute(sequencesQuery).rows
    return SchemaRows(
      tables: read,
      sequences: Dictionary(sequences.map { ($0.text(0), $0.text(1)) }) { first, _ in first },
      unfilled: try connection.execute(unfilledQuery).rows.map { $0.text(0) })
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
    SELECT pg_catalog.format('%I.%I', s.schemaname, s.sequencename), s.last_value || ', true'
    FROM pg_catalog.pg_sequences s
    WHERE s.last_value IS NOT NULL AND s.schemaname <> 'dbtool'
    """
}
