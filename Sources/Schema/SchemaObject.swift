/// One thing of a database that SQL can create and drop.
package struct SchemaObject: Sendable, Equatable {
  /// What it is; the order is that in which a database is built.
  package enum Kind: String, Sendable, CaseIterable {
    case role
    case membership
    case schema
    case `extension`
    case type
    case sequence
    case function
    case table
    case column
    case constraint
    case view
    case index
    case tableOption = "table option"
    case foreignKey = "foreign key"
    case sequenceOwner = "owner of sequence"
    case trigger
    case rule
    case rowSecurity = "row security"
    case policy
    case owner
    case privilege
    case comment
    /// Of a kind that is told of by name and not written as SQL.
    case other
  }

  /// What it is.
  package var kind: Kind
  /// Its name as SQL writes it, with that of its table where it has one.
  package var name: String
  /// The table that it is a part of and is dropped with.
  package var table: String?
  /// The SQL that makes it, without a semicolon; for a column and an inline constraint that after
  /// ADD COLUMN and ADD, for a table that up to its columns.
  package var definition: String
  /// What stands behind the columns of a table; empty for anything else.
  package var tail: String
  /// The SQL that takes it away; empty when nothing does, as for a role, which other databases share.
  package var removal: String
  /// True for a constraint that stands inside of CREATE TABLE.
  package var isInline: Bool
  /// The name under which the catalog knows it, to follow dependencies: class and object id.
  var address: String

  /// What tells it from every other object.
  package var key: String { kind.rawValue + " " + name }
}
