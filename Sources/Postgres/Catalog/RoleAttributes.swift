/// A role and what it may do apart from grants on objects.
package struct RoleAttributes: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// True for a superuser.
  package var isSuperuser: Bool
  /// True when row-level security does not bind it.
  package var bypassesRowSecurity: Bool
  /// True when it may create roles and grant memberships.
  package var createsRoles: Bool
  /// The roles it is a member of, directly or not, itself included.
  package var memberships: [String]
  /// Those of them, without itself, that row-level security does not bind.
  package var unboundMemberships: [String]
  /// The schemas in which it may create objects.
  package var creatableSchemas: [String]
  /// Settings that its sessions begin with in this database, as `name=value`.
  package var settings: [String]
  /// The roles whose rights it has without SET ROLE, itself included: NOINHERIT leaves others out.
  package var inherited: [String]
  /// True when it may create schemas in this database.
  package var createsSchemas: Bool
}

/// What a role may do with a relation.
package struct RelationPrivileges: Sendable, Equatable {
  /// The columns it may read.
  package var select: Set<String>
  /// The columns it may give a value in an INSERT.
  package var insert: Set<String>
  /// The columns it may change.
  package var update: Set<String>
  /// True when it may delete rows.
  package var delete: Bool
  /// True when it may use the relation's schema.
  package var usesSchema: Bool
  /// True when it may empty the relation.
  package var truncate: Bool
  /// True when it may make foreign keys to a column of it.
  package var references: Bool
  /// True when it may put triggers on it.
  package var trigger: Bool

  /// Nothing at all.
  package static let none = RelationPrivileges(
    select: [], insert: [], update: [], delete: false, usesSchema: false, truncate: false,
    references: false, trigger: false)
}
