internal import Postgres
internal import SQLSyntax

/// The table that a file of rows is loaded into, as the catalog describes it.
struct RowTarget: Equatable {
  /// Its OID.
  var oid: String
  /// Its name without the schema.
  var table: String
  /// `schema.table`, quoted where it has to be.
  var name: String
  /// True for a table or a partitioned table without rules.
  var isPlain: Bool
  /// True when policies apply to the role that asked.
  var isSecured: Bool
  /// Its columns in their order.
  var columns: [RowColumn]

  /// Looks the table up.
  ///
  /// - Returns: nil when there is no such table.
  init?(schema: String?, table: String, on connection: any Connection) throws {
    let parts = try [schema, table].compactMap(\.self).map { try SQLIdentifier.quoted($0) }
    let result = try connection.execute(Self.query, [.text(parts.joined(separator: "."))])
    guard let first = result.rows.first else { return nil }
    oid = first.text(0)
    self.table = first.text(2)
    name = try SQLIdentifier.readable(schema: first.text(1), name: first.text(2))
    isPlain = ["r", "p"].contains(first.text(3)) && first.text(4) == "false"
    isSecured = first.text(5) == "true"
    columns = result.rows.map { row in
      let isJSON = row.text(13) == "true"
      let kind: RowColumn.Kind =
        switch row.text(12) {
        case "A": .array
        case "S": .text
        default: isJSON ? .json : .other
        }
      return RowColumn(
        name: row.text(6), type: row.text(7), kind: kind, hasDefault: row.text(8) == "true",
        isAlwaysIdentity: row.text(9) == "a", isGenerated: row.text(10) != "")
    }
  }

  /// Looks up the table of a file.
  ///
  /// - Throws: `SeedError` when there is no such table, or it lacks a column of the file.
  init(of seed: RowSeed, path: String, on connection: any Connection) throws {
    guard let found = try RowTarget(schema: seed.schema, table: seed.table, on: connection) else {
      let name = try [seed.schema, seed.table].compactMap(\.self)
        .map { try SQLIdentifier.quoted($0) }.joined(separator: ".")
      let suffix = "." + seed.format.suffixes[0].dropFirst()
      throw SeedError(
        .unknownTable, "there is no table \(name)", file: path,
        remedy: "A file of rows is called after its table: "
          + "NNN_table\(suffix) or NNN_schema.table\(suffix).")
    }
    self = found
    for name in seed.columns where column(name) == nil {
      let known = columns.map(\.name).joined(separator: ", ")
      var error = SeedError(
        .unknownColumn, "table \(self.name) has no column \(name.debugDescription)", file: path,
        location: SourceLocation(line: 1, column: 1), remedy: "Its columns are: \(known).")
      error.field = name
      throw error
    }
  }

  /// The column of a name.
  func column(_ name: String) -> RowColumn? {
    columns.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// A row for each column; text throughout, since not every transport has other types.
  private static let query = """
    SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, c.relhasrules::text,
      pg_catalog.row_security_active(c.oid)::text, a.attname::text,
      CASE WHEN t.typnotnull THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
        ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END,
      (a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL)::text,
      a.attidentity::text, a.attgenerated::text, a.attnum::text, t.typcategory::text,
      (SELECT EXISTS (
        WITH RECURSIVE bases AS (
          SELECT t.oid, t.typbasetype
          UNION ALL
          SELECT b.oid, b.typbasetype
          FROM bases JOIN pg_catalog.pg_type AS b ON b.oid = bases.typbasetype)
        SELECT FROM bases WHERE oid IN ('json'::regtype, 'jsonb'::regtype)))::text
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a
      ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'f')
    ORDER BY a.attnum
    """
}
