/// How a new cluster is made: who is who in it, and what it is configured with.
struct ClusterSetup: Sendable, Equatable {
  /// What its template is called, beside its version and account.
  let name: String
  /// The superuser that initdb makes.
  let superuser: String
  /// Appended to the `postgresql.conf` that initdb writes; a later line wins.
  let configuration: String
  /// The whole `pg_hba.conf`.
  let authentication: String
  /// True when the user is somebody else than the superuser.
  let isContained: Bool

  /// The user is the superuser: for one's own machine.
  static let open = ClusterSetup(
    name: "cluster", superuser: ServerSettings.user, configuration: ServerSettings.configuration,
    authentication: ServerSettings.authentication(rejecting: nil), isContained: false)

  /// The user is no superuser, as on Aurora and RDS, and nobody can connect as the superuser.
  static let contained = ClusterSetup(
    name: "contained", superuser: "dbtool_superuser",
    configuration: ServerSettings.configuration + ServerSettings.containedConfiguration,
    authentication: ServerSettings.authentication(rejecting: "dbtool_superuser"),
    isContained: true)

  /// What the superuser does in single-user mode, a line each.
  ///
  /// - Parameter major: The version of PostgreSQL.
  func script(major: Int) -> [String] {
    (isContained ? containment(major: major) : [])
      + [
        // PostgreSQL 15 and later would write the whole database to the log, which the template
        // keeps.
        "CREATE DATABASE \(ServerSettings.database)"
          + (isContained ? " OWNER \(ServerSettings.user)" : "")
          + (major >= 15 ? " STRATEGY file_copy" : "")
      ]
  }

  private func containment(major: Int) -> [String] {
    let user = ServerSettings.user
    var lines = ["CREATE ROLE \(user) LOGIN CREATEROLE CREATEDB BYPASSRLS"]
    if major < 16 {
      // CREATEROLE may grant every role but a superuser's before version 16, these too, by which
      // COPY leads to files and programs (PostgreSQL manual, "CREATE ROLE", notes).
      lines.append(
        "UPDATE pg_catalog.pg_authid SET rolsuper = true WHERE rolname IN "
          + "('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')")
    }
    if major >= 15 {
      // verify-rls places rows while triggers and foreign keys rest.
      lines.append("GRANT SET ON PARAMETER session_replication_role TO \(user)")
    } else {
      // From version 15 on the database's owner owns the schema by itself.
      lines.append("ALTER SCHEMA public OWNER TO \(user)")
    }
    return lines + ServerSettings.grants(of: ServerSettings.tenantSettings, major: major)
  }
}
