/// What would be good for a column's value, if its constraints allow it.
package enum ColumnPreference: Sendable, Equatable {
  /// It is one of these.
  case oneOf([String])
  /// It is NULL.
  case null
  /// It is not NULL.
  case given
}

/// A value that all rows of a tenant have.
package struct RepeatedValue: Sendable, Equatable {
  /// Columns with equal seeds and types have equal values.
  package var seed: UInt64
  /// True when the rows of other tenants have it as well.
  package var isShared: Bool

  /// A repetition from its parts.
  package init(seed: UInt64, isShared: Bool) {
    self.seed = seed
    self.isShared = isShared
  }
}

/// A column of a relation.
package struct ColumnSource: Sendable, Hashable {
  /// The relation.
  package var relation: UInt32
  /// The column.
  package var column: String

  /// A column by its relation and name.
  package init(relation: UInt32, column: String) {
    self.relation = relation
    self.column = column
  }
}
