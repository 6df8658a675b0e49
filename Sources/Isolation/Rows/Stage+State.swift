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
      parts.isEmpty
        ? "SELECT NULL::text AS oid, NULL::text AS places WHERE false"
        : parts.joined(separator: " UNION ALL "))
  }

  /// A condition that the tenant's rows satisfy, those that triggers made as well.
  func ownership(of tenant: Int, _ table: ProbedTable) throws -> String {
    if let column = table.tenantColumn {
      return
        "\(try SQLIdentifier.readable(column)) = \(try SQLLiteral.quoted(tenants[tenant]))"
    }
    var seen: Set<String> = []
    var conditions: [String] = []
    for row in (table.placed[tenant] ?? []).map(\.row) {
      let parts = try table.ownershipValues(of: tenant).compactMap { column, _ -> String? in
        guard let value = row.values[column] ?? nil else { return nil }
        return "\(try SQLIdentifier.readable(column)) = \(try SQLLiteral.quoted(value))"
      }
      let condition = parts.joined(separator: " AND ")
      if !parts.isEmpty, seen.insert(condition).inserted { conditions.append("(\(condition))") }
    }
    return conditions.isEmpty ? "false" : conditions.joined(separator: " OR ")
  }

  /// The stage with its rows where they lie while all tables are filled: triggers of tables that
  /// were filled later may have changed, and so moved, rows of others.
  func relocated(on connection: any Connection) throws -> Stage {
    guard !isLive, catalog.relations.values.contains(where: \.hasTriggers) else { return self }
    var looks: [(relation: UInt32, tenant: Int)] = []
    var statements: [PipelineStatement] = []
    for oid in placed.keys.sorted() {
      guard let table = try table(oid) else { continue }
      for tenant in table.placed.keys.sorted() {
        looks.append((oid, tenant))
        statements.append(try places(of: tenant, table))
      }
    }
    var stage = self
    for (look, outcome) in zip(looks, try connection.pipeline(statements)) {
      // Rows that triggers made cannot be told from the others, so then all stay where they were.
      guard let rows = outcome.result?.rows, let own = placed[look.relation]?[look.tenant],
        rows.count == own.count
      else { continue }
      stage.placed[look.relation]?[look.tenant] = zip(own, rows).map { row, place in
        var row = row
        row.storage = place.text(0)
        row.place = place.text(1)
        return row
      }
    }
    return stage
  }

  /// Looks again where the rows of a table lie, whose own triggers may have changed, and so moved,
  /// some while others were put in, or have made more of them.
  mutating func relocate(_ relation: Relation, on connection: any Connection) throws {
    guard !isLive, relation.hasTriggers, !relation.isPartition,
      let table = try table(relation.oid)
    else { return }
    let owners = table.placed.keys.sorted()
    let outcomes = try connection.pipeline(owners.map { try places(of: $0, table) })
    for (tenant, outcome) in zip(owners, outcomes) {
      guard let rows = outcome.result?.rows, let own = table.placed[tenant], let first = own.first,
        rows.count >= own.count
      else { continue }
      placed[relation.oid]?[tenant] = rows.enumerated().map { index, place in
        // What triggers made belongs to the tenant as the first row does.
        var row = own.indices.contains(index) ? own[index] : first
        row.storage = place.text(0)
        row.place = place.text(1)
        return row
      }
    }
  }

  /// Where the rows of a tenant lie.
  private func places(of tenant: Int, _ table: ProbedTable) throws -> PipelineStatement {
    PipelineStatement(
      """
      SELECT tableoid::text, ctid::text FROM \(table.sqlName) \
      WHERE \(try ownership(of: tenant, table)) ORDER BY tableoid, ctid
      """)
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
