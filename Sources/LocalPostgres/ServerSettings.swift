/// What every local cluster is configured with.
///
/// The settings stand in the cluster's own files, not on the command line, so that ALTER SYSTEM
/// can change them in a named cluster.
enum ServerSettings {
  /// Who connects: a superuser or, in a contained cluster, what the administrator of a managed
  /// service is, who has this name there too.
  static let user = "postgres"
  /// The database that every cluster starts with.
  static let database = "app"

  /// Appended to the `postgresql.conf` that initdb writes; a later line wins.
  ///
  /// Durability is off: these servers are thrown away, or can be seeded again after a power cut.
  /// PostgreSQL manual, section 14.5 "Non-Durable Settings".
  static let configuration = """

    # dbtool
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    wal_level = minimal
    max_wal_senders = 0
    max_connections = 100
    shared_buffers = 32MB
    jit = off
    random_page_cost = 1.1
    password_encryption = 'scram-sha-256'
    timezone = 'UTC'
    log_timezone = 'UTC'

    """

  /// What contained clusters have besides.
  ///
  /// The user may set none of these. No failed statement stands in the log, since the first one that
  /// comes holds a password.
  static let containedConfiguration = """
    log_min_error_statement = panic
    temp_file_limit = 2GB

    """

  /// The settings of a tenant's context unless a project has others.
  static let tenantSettings = ["app.current_tenant_id", "app.current_user_id"]

  /// The statements that let the user write settings of these names into roles and databases.
  ///
  /// A name that is none gets nothing: who uses it is told there.
  static func grants(of settings: [String], major: Int) -> [String] {
    guard major >= 15 else { return [] }
    return settings.filter { name in
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      return parts.count == 2
        && parts.allSatisfy { part in
          part.first?.isNumber == false
            && part.utf8.allSatisfy { byte in
              switch UnicodeScalar(byte) {
              case "a"..."z", "A"..."Z", "0"..."9", "_": true
              default: false
              }
            }
        }
    }.map { "GRANT SET ON PARAMETER \($0) TO \(user)" }
  }

  /// The whole `pg_hba.conf`.
  ///
  /// The socket's directory lets only its owner in, so the socket itself asks for no password.
  /// Any local user can reach TCP, so TCP does.
  ///
  /// - Parameter superuser: A role that nobody may connect as.
  static func authentication(rejecting superuser: String?) -> String {
    let rejections = superuser.map { "local all \($0) reject\nhost all \($0) all reject\n" } ?? ""
    return """
      # dbtool
      \(rejections)local all all trust
      host all all 127.0.0.1/32 scram-sha-256

      """
  }
}
