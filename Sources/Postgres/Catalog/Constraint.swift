/// A rule that rows must satisfy.
package struct Constraint: Sendable, Equatable {
  /// What kind of rule it is, by the letter of `pg_constraint.contype`.
  package enum Kind: String, Sendable {
    /// CHECK.
    case check = "c"
    /// FOREIGN KEY.
    case foreignKey = "f"
    /// PRIMARY KEY.
    case primaryKey = "p"
    /// UNIQUE, by a constraint or by an index alone.
    case unique = "u"
    /// EXCLUDE.
    case exclusion = "x"
  }

  /// What a foreign key does to its rows when the row they refer to goes or changes.
  package enum Action: String, Sendable {
    /// Refuse, at the end of the statement or transaction.
    case noAction = "a"
    /// Refuse at once.
    case restrict = "r"
    /// Delete or change them as well.
    case cascade = "c"
    /// Set the columns to NULL.
    case setNull = "n"
    /// Set the columns to their defaults.
    case setDefault = "d"
  }

  /// Its name.
  package var name: String
  /// What kind it is.
  package var kind: Kind
  /// The relation it belongs to; 0 for a domain's.
  package var relation: UInt32
  /// The domain it belongs to, by itself or through a domain under it; 0 for a relation's.
  package var domain: UInt32
  /// The columns of the rule in its order; without those that only an expression names.
  package var columns: [String]
  /// The relation that a foreign key refers to.
  package var referencedRelation: UInt32
  /// The columns that a foreign key refers to, in the order of `columns`.
  package var referencedColumns: [String]
  /// What a foreign key does on DELETE.
  package var deleteAction: Action
  /// True when it can wait until the end of the transaction.
  package var isDeferrable: Bool
  /// The expression of a CHECK; of a key, what is true of the rows that it holds against each other:
  /// no part of it is NULL, and the condition of a partial index.
  package var expression: String?
  /// The rule as SQL, as `pg_get_constraintdef` writes it.
  package var definition: String
}
