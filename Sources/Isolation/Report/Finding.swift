/// Something that is wrong with the isolation of tenants.
package struct Finding: Sendable, Equatable, Codable {
  /// How bad it is.
  package enum Severity: String, Sendable, Codable, CaseIterable {
    /// Rows of another tenant can be read, written, destroyed or reached.
    case error
    /// A covert channel, an oracle, or a hole one step away.
    case warning
    /// Worth knowing.
    case info
  }

  /// The stable name of the rule.
  package var rule: String
  /// How bad it is.
  package var severity: Severity
  /// The object, as `schema.name`.
  package var object: String
  /// The operation, or `other`.
  package var operation: String
  /// The role that can do it.
  package var role: String
  /// What is wrong, in one sentence.
  package var message: String
  /// What was seen.
  package var evidence: String
  /// A script for psql that shows it and leaves nothing behind.
  package var reproduce: String
  /// SQL, or advice, that mends it.
  package var fix: String
  /// Why it does not count; nil when it does, and then not in the JSON.
  package var suppressed: Suppressed?

  /// The decision that a finding does not count.
  package struct Suppressed: Sendable, Equatable, Codable {
    /// Why it is accepted.
    package var reason: String
    /// The last day on which it is, as `YYYY-MM-DD`; nil for ever.
    package var until: String?
  }

  /// True when it makes the database leak.
  package var isLeak: Bool { severity == .error && suppressed == nil }
}
