/// What would be good for a column's value, if its constraints allow it.
package enum ColumnPreference: Sendable, Equatable {
  /// It is one of these.
  case oneOf([String])
  /// It is NULL.
  case null
  /// It is not NULL.
  case given
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
