internal import Postgres

/// Something that may make the queries under a policy faster.
struct Remedy: Sendable {
  /// What it changes.
  enum Change: Sendable, Hashable {
    /// A part of the policy's USING or WITH CHECK gets other text.
    case policy(name: String)
    /// An index on columns or expressions of a table, as SQL writes them.
    case index(relation: UInt32, keys: [String])
  }

  /// An exchange of text in an expression.
  struct Edit: Sendable {
    var place: Range<Int>
    var text: String
  }

  /// The rule of the finding, if it proves to help.
  var rule: String
  /// The policy that it is about.
  var policy: PolicyDefinition
  var change: Change
  /// The exchanges in USING.
  var using: [Edit] = []
  /// The exchanges in WITH CHECK.
  var check: [Edit] = []
  /// The part of the policy that makes it slow, as it stands there.
  var part: String
  /// True when the table of the index is read inside a function, where no plan shows it.
  var isHidden = false
}
