internal import Postgres
internal import Wording

/// Whether there is anything of a tenant.
enum TenantPresence {
  /// True when the tenant has a row in the table of tenants, or where there is no such table in any.
  static func isThere(_ tables: TenantTables, on connection: any Connection) throws -> Bool {
    let relations = tables.root.map { [$0] } ?? tables.relations
    for relation in relations {
      guard let condition = try tables.ownership(of: relation.oid, alias: "t") else { continue }
      let result = try connection.execute(
        "SELECT 1 FROM \(try tables.source(relation)) AS t WHERE \(condition) LIMIT 1", [])
      if result.rowCount > 0 { return true }
    }
    return false
  }

  /// The error for a tenant of whom nothing is there.
  static func unknown(_ tables: TenantTables) -> SeedError {
    let place =
      tables.root.map { root in
        "\(root.displayName) has no row with "
          + "\(tables.tenantColumn(of: root.oid) ?? "") = \(tables.tenant.debugDescription.excerpt)"
      } ?? "no table has a row of \(tables.tenant.debugDescription.excerpt)"
    var error = SeedError(
      .unknownTenant, "there is no such tenant: \(place)",
      remedy: "Ids are compared as they are stored, upper and lower case included.")
    error.tenant = tables.tenant
    return error
  }
}
