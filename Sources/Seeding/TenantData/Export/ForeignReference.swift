internal import Postgres
internal import SQLSyntax
internal import Tenants

/// A foreign key through which rows of the tenant refer to rows that are another one's.
struct ForeignReference {
  /// The key.
  var key: Constraint
  /// A column of it that may be NULL; nil when none may.
  var nullable: String?
  /// How many rows.
  var rows: Int

  /// Looks for such rows, where it is not clear from the definitions that there are none.
  static func find(
    _ tables: TenantTables, on connection: any Connection
  ) throws -> [ForeignReference] {
    let open = tables.keys.filter { key in
      tables.isOwned(key.relation) && tables.isOwned(key.referencedRelation)
        && !staysInTenant(key, tables)
    }
    let questions = try open.map { key in PipelineStatement(try question(key, tables)) }
    var found: [ForeignReference] = []
    for (key, outcome) in zip(open, try connection.ask(questions)) {
      switch outcome {
      case .result(let result):
        let rows = result.scalar.flatMap { Int($0) } ?? 0
        if rows > 0 {
          found.append(
            ForeignReference(key: key, nullable: nullableColumn(of: key, tables), rows: rows))
        }
      case .failure(let error): throw error
      case .skipped: throw PostgresError(.server, "a question was skipped")
      }
    }
    return found
  }

  /// True of the rows whose reference stays with the tenant.
  static func isOwn(
    _ key: Constraint, alias: String, _ tables: TenantTables
  ) throws -> String {
    guard let target = tables.catalog.relations[key.referencedRelation],
      let ownership = try tables.ownership(of: target.oid, alias: "f")
    else { return "true" }
    // Rows that are nobody's come along.
    let shared = try tables.shared(of: target.oid, alias: "f").map { " OR \($0)" } ?? ""
    return """
      EXISTS (SELECT FROM \(try tables.source(target)) AS f \
      WHERE \(try TenantTables.match(key, from: alias, to: "f")) AND (\(ownership)\(shared)))
      """
  }

  private static func question(_ key: Constraint, _ tables: TenantTables) throws -> String {
    guard let relation = tables.catalog.relations[key.relation],
      let ownership = try tables.ownership(of: relation.oid, alias: "t")
    else { return "SELECT 0" }
    let given = try key.columns.map { "t.\(try SQLIdentifier.quoted($0)) IS NOT NULL" }
    return """
      SELECT pg_catalog.count(*)::text FROM \(try tables.source(relation)) AS t \
      WHERE \(ownership) AND \(given.joined(separator: " AND ")) \
      AND NOT \(try isOwn(key, alias: "t", tables))
      """
  }

  /// True when the key itself keeps references inside the tenant.
  private static func staysInTenant(_ key: Constraint, _ tables: TenantTables) -> Bool {
    if case .parent(let name, _) = tables.tenancy(of: key.relation), name == key.name {
      return true
    }
    guard let own = tables.tenantColumn(of: key.relation),
      let other = tables.tenantColumn(of: key.referencedRelation)
    else { return false }
    return zip(key.columns, key.referencedColumns).contains { $0 == own && $1 == other }
  }

  private static func nullableColumn(of key: Constraint, _ tables: TenantTables) -> String? {
    let tenantColumn = tables.tenantColumn(of: key.relation)
    return key.columns.first {
      $0 != tenantColumn && tables.catalog.relations[key.relation]?.column($0)?.isNotNull == false
    }
  }
}
