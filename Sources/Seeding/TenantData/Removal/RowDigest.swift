internal import Postgres
internal import Tenants

/// What the rows of a table that are not the tenant's come to: how many, and the sum of a hash of each.
struct RowDigest: Equatable {
  /// How many rows.
  var rows: Int
  /// The sum of their hashes.
  var sum: String

  /// The query that gives it for the rows of `relation` that a condition holds of.
  static func query(
    _ relation: Relation, where condition: String, _ tables: TenantTables
  ) throws -> String {
    """
    SELECT pg_catalog.count(*)::text, \
    COALESCE(pg_catalog.sum(pg_catalog.hashtextextended((t.*)::text, 0)::numeric), 0)::text \
    FROM \(try tables.source(relation)) AS t WHERE \(condition)
    """
  }

  /// The digest that the query gave.
  init(_ result: QueryResult) {
    rows = result.rows.first?.int(0) ?? 0
    sum = result.rows.first?.text(1) ?? ""
  }

  /// True of rows that this transaction has not written: whatever began after it is not seen.
  ///
  /// Subtransactions, of triggers for example, have later numbers than the transaction itself.
  static let isOld = """
    pg_catalog.age(t.xmin) \
    > pg_catalog.age((pg_catalog.txid_current() % 4294967296)::text::xid)
    """
}
