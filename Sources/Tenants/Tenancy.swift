/// How a table's rows belong to tenants.
package enum Tenancy: Sendable, Equatable {
  /// Each row is a tenant; the column is its key.
  case root(column: String)
  /// A column holds the tenant's id.
  case column(String)
  /// Rows belong to the tenant of the row that a foreign key refers to.
  case parent(foreignKey: String, relation: UInt32)
  /// Rows are people, who belong to the tenants of the rows that refer to them, such as
  /// memberships.
  case member(of: UInt32, foreignKey: String)
  /// Rows belong to nobody.
  case global
  /// The user says that isolation does not apply.
  case exempt(reason: String)

  /// The word of the JSON contract.
  package var name: String {
    switch self {
    case .root: "root"
    case .column: "column"
    case .parent, .member: "parent"
    case .global: "global"
    case .exempt: "exempt"
    }
  }

  /// True when rows belong to tenants.
  package var isOwned: Bool {
    switch self {
    case .root, .column, .parent, .member: true
    case .global, .exempt: false
    }
  }
}
