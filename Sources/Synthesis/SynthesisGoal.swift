/// What rows are wanted.
package struct SynthesisGoal: Sendable {
  /// The relations that get rows of each tenant.
  package var owned: Set<UInt32>
  /// The relations that get shared rows; those that owned relations refer to are added.
  package var shared: Set<UInt32>
  /// The columns that hold the tenant's id, by relation.
  package var tenantColumns: [UInt32: String]
  /// The foreign keys by which rows without a tenant column belong to a tenant, by relation and
  /// name.
  package var ownership: [UInt32: Set<String>]
  /// The relations that can hold only one row of each tenant, since the tenant's id is their key.
  package var singletons: Set<UInt32>
  /// The tenants' ids.
  package var tenants: [String]

  /// A goal from its parts.
  package init(
    owned: Set<UInt32>, shared: Set<UInt32>, tenantColumns: [UInt32: String] = [:],
    ownership: [UInt32: Set<String>] = [:], singletons: Set<UInt32> = [], tenants: [String] = []
  ) {
    self.singletons = singletons
    self.owned = owned
    self.shared = shared
    self.tenantColumns = tenantColumns
    self.ownership = ownership
    self.tenants = tenants
  }
}

/// Why rows of a relation could not be made.
package struct Obstacle: Error, Equatable, CustomStringConvertible {
  /// What stands in the way, for example a constraint with its definition.
  package var reason: String
  /// True when the question could not be answered, as opposed to answered with no.
  package var isError: Bool

  /// An obstacle in words.
  package init(_ reason: String, isError: Bool = false) {
    self.reason = reason
    self.isError = isError
  }

  /// What stands in the way.
  package var description: String { reason }
}
