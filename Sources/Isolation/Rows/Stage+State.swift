internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension Stage {
  /// Where the rows of a tenant lie in each table, as one number for each: it changes when a row is
  /// changed, deleted or added, and also when an update leaves the values as they were.
  func state(of tenant: Int) throws -> PipelineStatement {
    let parts = try placed.keys.sorted().compactMap { oid -> String? in
      guard let table = try table(oid), table.placed[tenant]?.isEmpty == false else { return nil }
      let owned = try ownership(of: tenant, table)
      return """
        SELECT '\(oid)' AS oid, sum(hashtextextended(tableoid::text || ctid::text, 0)::numeric)::text AS places \
        FROM \(table.sqlName) WHERE \(owned)
        """
    }
    return PipelineStatement(
      parts.isEmpty ? "SELECT NULL::text AS oid, NULL::text AS places WHERE false" : parts.joined(separator: " UNION ALL "))
  }

  /// A condition that the tenant's rows satisfy, those that triggers made as well.
  private func ownership(of tenant: Int, _ table: ProbedTable) throws -> String {
    if let column = table.tenantColumn {
      return
        "\(try SQLIdentifier.readable(column)) = \(try SQLLiteral.quoted(tenants[tenant]))"
    }
    var seen: Set<String> = []
    var conditions: [String] = []
    for row in (table.placed[tenant] ?? []).map(\.row) {
      let parts = try (table.parentKey?.columns ?? []).compactMap { column -> String? in
        guard let value = row.values[column] ?? nil else { return nil }
        return "\(try SQLIdentifier.readable(column)) = \(try SQLLiteral.quoted(value))"
      }
      let condition = parts.joined(separator: " AND ")
      if !parts.isEmpty, seen.insert(condition).inserted { conditions.append("(\(condition))") }
    }
    return conditions.isEmpty ? "false" : conditions.joined(separator: " OR ")
  }

  /// How many rows of any table the transaction has written so far, what was undone included.
  var writeCount: PipelineStatement {
    let tables = catalog.relations.values.filter { [.table, .partitioned].contains($0.kind) }
    let oids = tables.map { String($0.oid) }.sorted()
    return PipelineStatement(
      """
      SELECT COALESCE(sum(pg_stat_get_xact_tuples_inserted(o) + pg_stat_get_xact_tuples_updated(o) \
      + pg_stat_get_xact_tuples_deleted(o)), 0)::text FROM unnest($1::oid[]) o
      """, [.text("{" + oids.joined(separator: ",") + "}")])
  }
}
