/// A function or procedure of the user's.
package struct Routine: Sendable, Equatable {
  /// What it is, by the letter of `pg_proc.prokind`.
  package enum Kind: String, Sendable {
    /// A function, which a query calls.
    case function = "f"
    /// A procedure, which CALL calls.
    case procedure = "p"
  }

  /// How much its result may depend on, by the letter of `pg_proc.provolatile`.
  package enum Volatility: String, Sendable {
    /// On its arguments alone.
    case immutable = "i"
    /// On the database as the statement finds it.
    case stable = "s"
    /// On anything, and it may change anything.
    case volatile = "v"
  }

  /// The object identifier.
  package var oid: UInt32
  /// Its schema.
  package var schema: String
  /// Its name in the schema.
  package var name: String
  /// What it is.
  package var kind: Kind
  /// The types of its input arguments as SQL writes them.
  package var argumentTypes: [String]
  /// Their names; empty for one without a name.
  package var argumentNames: [String]
  /// The modes of all arguments, output too, by the letters of `pg_proc.proargmodes`.
  package var argumentModes: [String]
  /// How many of the last input arguments have defaults.
  package var defaultCount: Int
  /// True when the last argument takes any number of values.
  package var isVariadic: Bool
  /// What it returns as SQL writes it; nil for a procedure.
  package var result: String?
  /// True when it runs with the rights of its owner.
  package var isSecurityDefiner: Bool
  /// How much its result may depend on.
  package var volatility: Volatility
  /// The role that owns it.
  package var owner: String
  /// Its body, as far as it is text.
  package var source: String
  /// Settings that hold while it runs, as `name=value`.
  package var settings: [String]
  /// The relations whose policies call it.
  package var policyRelations: [UInt32]

  /// `schema.name` without quotes, for people and reports.
  package var displayName: String { schema + "." + name }

  /// The word that names its kind in SQL.
  package var keyword: String { kind == .function ? "FUNCTION" : "PROCEDURE" }
}
