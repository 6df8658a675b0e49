internal import Postgres

/// Finds the roles of an application by what they are granted and what policies are for.
struct RoleGuess {
  let catalog: Catalog
  let schemas: [String]
  let given: [String]

  func roles(on connection: any Connection) throws -> PolicyManifest.Roles {
    var roles = PolicyManifest.Roles()
    let rows = try connection.execute(
      """
      SELECT r.rolname::text,
        pg_catalog.bool_or(a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE'))::text,
        (r.rolsuper OR r.rolbypassrls)::text
      FROM (
        SELECT a.grantee, a.privilege_type
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
        WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner
        UNION ALL
        SELECT a.grantee, a.privilege_type
        FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a
        WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner
      ) a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
      GROUP BY r.rolname, r.rolsuper, r.rolbypassrls ORDER BY r.rolname
      """, [.text(PostgresArray.text(of: schemas))]
    ).rows.map { (name: $0.text(0), writes: $0.bool(1), isUnbound: $0.bool(2)) }
    let writers = Set(rows.filter(\.writes).map(\.name))
    if given.isEmpty {
      let bound = rows.filter { !$0.isUnbound }
      roles.application = bound.filter(\.writes).map(\.name)
      roles.readOnly = bound.filter { !$0.writes }.map(\.name)
    } else {
      let readers = Set(rows.map(\.name)).subtracting(writers)
      roles.application = given.filter { !readers.contains($0) }
      roles.readOnly = given.filter { readers.contains($0) }
    }
    addAdministration(&roles)
    return roles
  }

  /// Roles whose policies let everything through: on all tables with policies, or on some.
  private func addAdministration(_ roles: inout PolicyManifest.Roles) {
    let withPolicies = Set(catalog.policies.map(\.relation))
    var tables: [String: Set<UInt32>] = [:]
    for policy in catalog.policies
    where policy.isPermissive && policy.command == "ALL" && policy.using == "true"
      && (policy.check ?? "true") == "true"
    {
      for role in policy.roles where !roles.bound.contains(role) {
        tables[role, default: []].insert(policy.relation)
      }
    }
    for (role, relations) in tables.sorted(by: { $0.key < $1.key }) {
      if relations == withPolicies {
        roles.administration.append(role)
      } else {
        roles.provisioning.append(role)
      }
    }
  }
}
