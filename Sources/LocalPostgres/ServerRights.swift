/// What SQL may do on a local server.
package enum ServerRights: Sendable, Equatable {
  /// Everything: the user is a superuser, and so can run programs and read files as the account
  /// that the server runs under.
  case superuser
  /// What the administrator of a managed service may do, and nothing outside of the databases.
  ///
  /// `extensions` are made before anybody can connect, in this order. Of `settings`, names with a dot
  /// such as `app.tenant`, the user may write values into roles and databases, which takes a right of
  /// its own from PostgreSQL 15 on.
  case contained(extensions: [ServerExtension], settings: [String] = [])

  /// How a cluster with these rights is made.
  var setup: ClusterSetup {
    switch self {
    case .superuser: .open
    case .contained: .contained
    }
  }

  /// What the superuser does on a new cluster before anybody can connect, beyond its template.
  ///
  /// - Parameter major: The version of PostgreSQL.
  func statements(major: Int) -> [String] {
    guard case .contained(let extensions, let settings) = self else { return [] }
    let granted = settings.filter { !ServerSettings.tenantSettings.contains($0) }
    return ServerSettings.grants(of: granted, major: major) + extensions.flatMap(\.statements)
  }
}
