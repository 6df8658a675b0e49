import Policies
import Postgres
import SQLSyntax
import Wording

/// Looks at the role that is connected and at those of the application.
struct RoleChecks {
  let connection: any Connection
  /// The application's roles, as configuration or manifest name them.
  let names: [String]

  func run() throws -> [Diagnosis] {
    guard !names.isEmpty else {
      return try connected()
        + [
          Diagnosis(
            "application", .doubtful, "no role of the application is named",
            remedy: "name it as tenancy.roles in dbtool.yaml, or in the manifest of policies")
        ]
    }
    return try connected() + names.flatMap { try application($0) }
  }

  private func connected() throws -> [Diagnosis] {
    let answer = try connection.execute(
      """
      SELECT session_user::text, (r.rolsuper OR r.rolbypassrls)::text,
        pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')::text,
        (pg_catalog.to_regclass('dbtool.migrations') IS NOT NULL)::text
      FROM pg_catalog.pg_roles r WHERE r.rolname = session_user
      """)
    guard let row = answer.rows.first else { return [] }
    let role = row.text(0)
    var diagnoses = [
      row.bool(1)
        ? Diagnosis("role", .good, "role \(role) sees what policies hide, as verify-rls needs")
        : Diagnosis(
          "role", .doubtful, "role \(role) is bound by row-level security",
          remedy: "verify-rls and policies apply try tenants only as a superuser, a role with "
            + "BYPASSRLS, or the owner of tables without FORCE")
    ]
    if !row.bool(2), !row.bool(3) {
      diagnoses.append(
        Diagnosis(
          "create", .bad, "role \(role) may not make the schema dbtool, which holds the ledger",
          remedy:
            "GRANT CREATE ON DATABASE … TO \(try SQLIdentifier.readable(role)), or connect as "
            + "the database's owner"))
    }
    return diagnoses
  }

  private func application(_ name: String) throws -> [Diagnosis] {
    guard let role = try CatalogReader.role(name, from: connection) else {
      return [
        Diagnosis(
          "application", .bad, "the application's role \(name) does not exist",
          remedy: "create it in a migration")
      ]
    }
    let quoted = try SQLIdentifier.readable(name)
    var diagnoses: [Diagnosis] = []
    if role.isSuperuser || role.bypassesRowSecurity || !role.unboundMemberships.isEmpty {
      diagnoses.append(
        Diagnosis(
          "application", .bad, "row-level security does not bind the application's role \(name)",
          remedy: "ALTER ROLE \(quoted) NOSUPERUSER NOBYPASSRLS, and take memberships in such roles"
        ))
    }
    let owned =
      try connection.execute(
        """
        SELECT count(*)::text FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
        WHERE r.rolname = $1 AND c.relkind IN ('r', 'p')
        """, [.text(name)]
      ).scalar.flatMap { Int($0) } ?? 0
    if owned > 0 {
      diagnoses.append(
        Diagnosis(
          "owner", .bad,
          "the application's role \(name) owns \(Plural.count(owned, "table")), and can turn "
            + "row-level security off",
          remedy: "REASSIGN OWNED BY \(quoted) TO the role that migrates"))
    }
    let mode = connection.serverVersion >= 160_000 ? "SET" : "MEMBER"
    let canAct = try connection.execute(
      "SELECT pg_catalog.pg_has_role(session_user, $1, '\(mode)')::text", [.text(name)])
    if canAct.rows.first?.bool(0) != true {
      diagnoses.append(
        Diagnosis(
          "membership", .bad, "role \(try sessionUser()) cannot act as \(name)",
          remedy: "GRANT \(quoted) TO \(try SQLIdentifier.readable(sessionUser())): seed and "
            + "verify-rls work as the application's role"))
    }
    return diagnoses.isEmpty
      ? [Diagnosis("application", .good, "role \(name) is bound by row-level security")]
      : diagnoses
  }

  private func sessionUser() throws -> String {
    try connection.execute("SELECT session_user::text").scalar ?? ""
  }
}
