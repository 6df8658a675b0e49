/// What a finding is about, as `verify-rls --explain RULE` tells it.
package struct Rule: Sendable, Equatable, Codable {
  /// The stable name, as in findings.
  package var name: String
  /// The severity of its findings; a rule whose findings differ names the worst.
  package var severity: Finding.Severity
  /// What is wrong, in one sentence.
  package var title: String
  /// Why it matters: what somebody can do with it.
  package var why: String
  /// SQL that shows the hole and what mends it.
  package var example: String
  /// Where the behaviour is documented, for example a section of the PostgreSQL manual.
  package var source: String
}
