import LocalPostgres
import Postgres

/// Looks at the server and at the session's role.
struct ServerChecks {
  let connection: any Connection

  func run() throws -> [Diagnosis] {
    let result = try connection.execute(
      """
      SELECT pg_catalog.current_setting('server_version'), pg_catalog.pg_is_in_recovery()::text,
        pg_catalog.current_setting('default_transaction_read_only'), session_user::text,
        (r.rolsuper OR r.rolbypassrls)::text, pg_catalog.current_database()::text
      FROM pg_catalog.pg_roles r WHERE r.rolname = session_user
      """)
    guard let row = result.rows.first else { return [] }
    var diagnoses = [
      Diagnosis(
        "server", .good,
        "PostgreSQL \(row.text(0)), database \(row.text(5)), over \(connection.transport.rawValue)")
    ]
    if row.bool(1) {
      diagnoses.append(
        Diagnosis(
          "standby", .bad, "this server is a standby, which takes no changes",
          remedy: "connect to the primary"))
    } else if row.text(2) == "on" {
      diagnoses.append(
        Diagnosis(
          "read-only", .bad, "transactions are read-only by default",
          remedy: "turn default_transaction_read_only off for this role and database"))
    }
    let role = row.text(3)
    diagnoses.append(
      row.bool(4)
        ? Diagnosis("role", .good, "role \(role) sees what policies hide, as verify-rls needs")
        : Diagnosis(
          "role", .doubtful, "role \(role) is bound by row-level security",
          remedy: "verify-rls and policies apply try tenants only as a superuser, a role with "
            + "BYPASSRLS, or the owner of tables without FORCE"))
    do {
      _ = try PostgresBinaries.find(environmentPath: Environment.current["PATH"])
      diagnoses.append(Diagnosis("local", .good, "throwaway servers can be started here"))
    } catch {
      diagnoses.append(
        Diagnosis(
          "local", .doubtful, "no PostgreSQL server is installed here for throwaway servers",
          remedy: (error as? LocalPostgresError)?.remedy))
    }
    return diagnoses
  }
}
