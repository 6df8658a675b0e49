internal import Wording

/// A decision that findings of a rule are accepted for some objects, with the reason.
package struct Suppression: Sendable, Equatable {
  /// The rule.
  package var rule: String
  /// The objects as `schema.name` or name, with `*` and `?`.
  package var object: String
  /// The role; nil for all.
  package var role: String?
  /// Why it is accepted.
  package var reason: String
  /// The last day on which it counts, as `YYYY-MM-DD`; nil for ever.
  package var until: String?

  /// A suppression from its parts.
  package init(
    rule: String, object: String, role: String? = nil, reason: String, until: String? = nil
  ) {
    self.rule = rule
    self.object = object
    self.role = role
    self.reason = reason
    self.until = until
  }

  /// True when it is about `finding`, expired or not.
  func covers(_ finding: Finding) -> Bool {
    guard finding.rule == rule, role == nil || role == finding.role else { return false }
    let name = finding.object.split(separator: ".", maxSplits: 1).last.map { String($0) } ?? ""
    return NamePattern.matches(object, finding.object) || NamePattern.matches(object, name)
  }

  /// True when it no longer counts on the day `today`, which is written like `until`.
  func isExpired(on today: String) -> Bool { until.map { $0 < today } ?? false }
}
