import Isolation
import Reports

/// What `verify-rls --explain` tells about rules.
struct ExplainedRules: Encodable {
  /// The name and version of the JSON.
  var schema = "dbtool.rules/1"
  /// What the examples begin with.
  var examplePreparation = RuleBook.examplePreparation
  var rules: [Rule]

  /// The rule called `name`, or all of them for `all`.
  init(_ name: String) throws {
    if name == "all" || name == "list" {
      rules = RuleBook.all
    } else if let rule = RuleBook.rule(named: name) {
      rules = [rule]
    } else {
      throw UsageError(
        "there is no rule \"\(name)\"",
        remedy: RuleBook.advice(
          for: name, otherwise: "dbtool verify-rls --explain list shows all rules"))
    }
  }

  /// A line for each rule.
  var list: Report { RuleText.list(texts) }

  /// All that is known about each rule.
  var text: Report { RuleText.whole(texts) }

  private var texts: [RuleText] {
    rules.map { rule in
      let reads = ["current_tenant()", "acting_user()"].contains { rule.example.contains($0) }
      let note = "-- current_tenant() and acting_user() read app.current_tenant_id and …_user_id"
      return RuleText(
        name: rule.name, severity: rule.severity.rawValue, title: rule.title, why: rule.why,
        examples: [("Example:", reads ? note : nil, rule.example)], source: rule.source)
    }
  }
}
