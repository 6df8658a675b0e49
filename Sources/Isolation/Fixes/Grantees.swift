internal import Postgres

extension Actor {
  /// Everybody through whom the role may hold a privilege, for REVOKE: it does nothing where the
  /// privilege is not held.
  var grantees: String {
    let groups = role.memberships.filter { $0 != role.name }.sorted()
    return (["PUBLIC", SQLNames.of(role)] + groups.map { SQLNames.of($0) }).joined(separator: ", ")
  }
}
