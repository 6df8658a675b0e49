package import Postgres

/// How large a table is.
package struct TableSize: Sendable, Equatable {
  /// With its indexes and its TOAST table.
  package var bytes: Int
  /// As the planner estimates them; nil when it has no statistics.
  package var rows: Int?

  /// The sizes of those tables, `schema.name`, that a database has.
  ///
  /// - Throws: `MigrationError`.
  package static func read(
    _ tables: Set<String>, _ connection: any Connection
  ) throws(MigrationError) -> [String: TableSize] {
    guard !tables.isEmpty else { return [:] }
    do {
      let result = try connection.execute(
        """
        SELECT n.nspname || '.' || c.relname,
          coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(t.relid)),
            pg_catalog.pg_total_relation_size(c.oid))::bigint,
          CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) t ON c.relkind = 'p'
        WHERE n.nspname || '.' || c.relname = ANY ($1) AND c.relkind IN ('r', 'p', 'm')
        GROUP BY 1, c.oid, c.reltuples
        """, [.text(PostgresArray.text(of: tables.sorted()))])
      return Dictionary(
        result.rows.map { ($0.text(0), TableSize(bytes: $0.int(1) ?? 0, rows: $0.int(2))) },
        // To Swift two spellings of an accented letter are one name.
        uniquingKeysWith: { $0.bytes > $1.bytes ? $0 : $1 })
    } catch {
      throw MigrationError(from: error, doing: "reading the sizes of tables")
    }
  }
}

extension TableSize: CustomStringConvertible {
  /// The size in a unit that makes the number small.
  package var description: String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 1024 { return "\(Int(value.rounded())) \(unit)" }
      value /= 1024
    }
    return "\(Int(value.rounded())) TB"
  }
}
