/// How the rows of one table belong to tenants, decided.
package enum TableIsolation: Sendable, Equatable {
  /// Each row is a tenant; the column is its id.
  case root(column: String)
  /// The column holds the tenant's id.
  case column(String)
  /// Rows belong to the tenant of the row that a foreign key refers to.
  case parent(Link)
  /// Rows are people, visible where a row of another table refers to them.
  case membership(Link)
  /// Rows belong to nobody, and everybody reads them.
  case global
  /// Only the policies that are written out count.
  case raw
  /// Isolation does not apply.
  case exempt(reason: String)
  /// A partition, which has the policies of the table that it is part of.
  case partition(of: UInt32)
  /// Nobody has decided.
  case undecided(reason: String)

  /// A way from one table to another by equal columns.
  package struct Link: Sendable, Equatable {
    /// The OID of the other table.
    package var relation: UInt32
    /// The columns here.
    package var columns: [String]
    /// The columns there, in the same order.
    package var otherColumns: [String]
  }

  /// True when its rows belong to tenants, as far as policies say.
  var isOwned: Bool {
    switch self {
    case .root, .column, .parent, .membership: true
    default: false
    }
  }

  /// What the application may do where nothing else is said.
  ///
  /// The list of tenants, who works where, and what all share are for the operator to change.
  var usualAccess: Set<TableRule.Command> {
    switch self {
    case .root, .membership, .global: [.select]
    case .partition: []
    default: Set(TableRule.Command.allCases)
    }
  }

  /// The same for what a manifest says.
  static func usualAccess(_ said: TableRule.Isolation) -> Set<TableRule.Command> {
    switch said {
    case .root, .membership, .global: [.select]
    default: Set(TableRule.Command.allCases)
    }
  }
}
