/// A row-level security policy as the catalog holds it.
package struct PolicyDefinition: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// The relation it belongs to.
  package var relation: UInt32
  /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
  package var command: String
  /// True when it widens what is allowed, false when it narrows it.
  package var isPermissive: Bool
  /// The roles it applies to; empty for PUBLIC.
  package var roles: [String]
  /// The USING expression.
  package var using: String?
  /// The WITH CHECK expression.
  package var check: String?

  /// A policy from its parts.
  package init(
    name: String, relation: UInt32, command: String, isPermissive: Bool, roles: [String],
    using: String?, check: String?
  ) {
    self.name = name
    self.relation = relation
    self.command = command
    self.isPermissive = isPermissive
    self.roles = roles
    self.using = using
    self.check = check
  }

  /// True when it has a say in `command` (`SELECT`, `INSERT`, …).
  package func applies(to command: String) -> Bool {
    self.command == "ALL" || self.command == command
  }

  /// True when it is meant for `role`, by name, through a membership whose rights it has, or as part
  /// of PUBLIC.
  package func binds(_ role: RoleAttributes) -> Bool {
    roles.isEmpty || !Set(roles).isDisjoint(with: role.inherited)
  }
}
