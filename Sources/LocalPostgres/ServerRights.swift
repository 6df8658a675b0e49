/// What SQL may do on a local server.
package enum ServerRights: Sendable, Equatable {
  /// Everything: the user is a superuser, and so can run programs and read files as the account
  /// that the server runs under.
  case superuser
  /// What the administrator of a managed service may do, and nothing outside of the databases.
  ///
  /// `extensions` are made before anybody can connect, in this order.
  case contained(extensions: [ServerExtension])

  /// How a cluster with these rights is made.
  var setup: ClusterSetup {
    switch self {
    case .superuser: .open
    case .contained: .contained
    }
  }
}
