/// A rule about migrations, as `dbtool lint --explain RULE` tells it.
package struct LintRule: Sendable, Equatable, Encodable {
  /// The stable name, as in findings and in `allow=`.
  package var name: String
  /// How bad what it finds is, unless the configuration says otherwise.
  package var severity: LintSeverity
  /// What is wrong, in one sentence.
  package var title: String
  /// Why it matters.
  package var why: String
  /// SQL that the rule is against.
  package var insteadOf: String
  /// SQL that does the same safely; migrations in it are apart by `LintRule.nextMigration`.
  package var use: String
  /// Where the behaviour is documented.
  package var source: String
  /// What other tools call it.
  package var alsoKnownAs: [String]

  /// The line that parts the migrations of an example.
  package static let nextMigration = "-- the next migration"

  init(
    _ name: String, _ severity: LintSeverity, _ title: String, why: String, insteadOf: String,
    use: String, source: String, alsoKnownAs: [String] = []
  ) {
    self.name = name
    self.severity = severity
    self.title = title
    self.why = why
    self.insteadOf = insteadOf
    self.use = use
    self.source = source
    self.alsoKnownAs = alsoKnownAs
  }
}

/// How bad a finding is.
package enum LintSeverity: String, Sendable, Codable, CaseIterable, Comparable {
  /// A matter of style, or something to know.
  case info
  /// Likely to hurt later.
  case warning
  /// Stops or breaks the running application, loses data, or opens a hole between tenants.
  case error

  package static func < (left: LintSeverity, right: LintSeverity) -> Bool {
    let order: [LintSeverity] = [.info, .warning, .error]
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}
