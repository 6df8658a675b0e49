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
  /// The tenants whose rows an owned relation can hold, by their numbers, where not all can.
  package var holders: [UInt32: Set<Int>] = [:]
  /// Columns that are never left NULL, by relation.
  package var given: [UInt32: Set<String>] = [:]
  /// Columns that take the value of a column in the owner's first row of another relation.
  package var echoes: [UInt32: [String: ColumnSource]] = [:]
  /// Columns that have the same value in all rows of a tenant, by relation.
  package var repeated: [UInt32: [String: RepeatedValue]] = [:]
  /// What would be good for the values of columns, by relation and column.
  package var preferences: [UInt32: [String: ColumnPreference]] = [:]
  /// Values that somebody who knows the schema proposes, by relation and column.
  package var proposals: [UInt32: [String: [String]]] = [:]
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
  /// The column that no value was found for, or one of them.
  package var column: String?
  /// True when the question could not be answered, as opposed to answered with no.
  package var isError: Bool

  /// An obstacle in words.
  package init(_ reason: String, column: String? = nil, isError: Bool = false) {
    self.reason = reason
    self.column = column
    self.isError = isError
  }

  /// What stands in the way.
  package var description: String { reason }
}
