/// A function of the user's.
package struct Routine: Sendable, Equatable {
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
  /// The types of its arguments as SQL writes them.
  package var argumentTypes: [String]
  /// The names of its arguments, empty where they have none; empty altogether when none has.
  package var argumentNames: [String]
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
}
