import Isolation
import YAML

/// Reads `verify.suppress` of `dbtool.yaml`.
enum Suppressions {
  /// The entries of the list; each must name a rule, an object and a reason.
  static func read(_ section: Section) throws -> [Suppression] {
    var section = section
    let result = try section.sections("suppress").map { try suppression($0) }
    try section.finish()
    return result
  }

  private static func suppression(_ entry: Section) throws -> Suppression {
    var entry = entry
    let rule = try entry.required("rule", "the name of the rule that is suppressed")
    guard RuleBook.rule(named: rule) != nil else {
      throw entry.error(
        "there is no rule \"\(rule)\"", at: "rule",
        remedy: RuleBook.advice(
          for: rule, otherwise: "dbtool verify-rls --explain all lists them"))
    }
    let suppression = Suppression(
      rule: rule,
      object: try entry.required("object", "the object, as schema.name, with * and ?"),
      role: try entry.text("role"),
      reason: try entry.required("reason", "why it is accepted: nothing is suppressed without"),
      until: try entry.text("until"))
    if let until = suppression.until, !CalendarDay.isValid(until) {
      throw entry.error("\"\(until)\" is no day: write it as YYYY-MM-DD", at: "until")
    }
    try entry.finish()
    return suppression
  }
}
