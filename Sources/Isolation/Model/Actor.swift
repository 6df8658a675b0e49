internal import Postgres

/// A role of the application with what it may do.
struct Actor: Sendable {
  /// The role.
  var role: RoleAttributes
  /// What it may do with each relation.
  var privileges: [UInt32: RelationPrivileges]
  /// The way to a role that is probed because a named one can become it; empty for a named role.
  ///
  /// It begins with the named role and ends with this one.
  var path: [String] = []

  /// True when no policy binds it.
  var isUnbound: Bool { role.isSuperuser || role.bypassesRowSecurity }

  /// What it may do with one relation; nothing when it may not use the relation's schema.
  func privileges(on relation: UInt32) -> RelationPrivileges {
    guard let found = privileges[relation], found.usesSchema else { return .none }
    return found
  }

  /// True when it may do anything at all with the relation.
  func hasAnyPrivilege(on relation: UInt32) -> Bool {
    let found = privileges(on: relation)
    return !found.select.isEmpty || !found.insert.isEmpty || !found.update.isEmpty || found.delete
  }
}
