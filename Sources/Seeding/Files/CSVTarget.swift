internal import Postgres
internal import SQLSyntax

/// The table that a CSV file is loaded into, as the catalog describes it.
struct CSVTarget {
  /// `schema.table`, quoted where it has to be.
  var name: String
  /// Each column's type as SQL, by the column's name.
  var types: [String: String]

  /// Looks the table up.
  ///
  /// - Throws: `SeedError` when there is no such table, or it lacks a column of the file.
  init(of seed: CSVSeed, path: String, on connection: any Connection) throws {
    let name = try [seed.schema, seed.table].compactMap(\.self)
      .map { try SQLIdentifier.quoted($0) }.joined(separator: ".")
    let result = try connection.execute(
      """
      SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute AS a
        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'f')
      ORDER BY a.attnum
      """, [.text(name)])
    guard let first = result.rows.first else {
      throw SeedError(
        .unknownTable, "there is no table \(name)", file: path,
        remedy: "A CSV file is called after its table: NNN_table.csv or NNN_schema.table.csv.")
    }
    self.name = try SQLIdentifier.readable(schema: first.text(0), name: first.text(1))
    types = [:]
    for row in result.rows { types[row.text(2)] = row.text(3) }
    for column in seed.columns where types[column] == nil {
      let known = result.rows.map { $0.text(2) }.joined(separator: ", ")
      var error = SeedError(
        .unknownColumn, "table \(self.name) has no column \(column.debugDescription)", file: path,
        location: SourceLocation(line: 1, column: 1), remedy: "Its columns are: \(known).")
      error.field = column
      throw error
    }
  }
}
