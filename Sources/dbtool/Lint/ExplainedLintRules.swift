import Lint
import Reports
import Wording

/// What `lint --explain` tells about rules.
struct ExplainedLintRules: Encodable {
  /// The name and version of the JSON.
  var schema = "dbtool.lint-rules/1"
  /// What the examples begin with.
  var examplePreparation = LintBook.examplePreparation
  var rules: [LintRule]

  /// The rule called `name`, or all of them for `all` and `list`.
  init(_ name: String) throws {
    if name == "all" || name == "list" {
      rules = LintBook.all
    } else if let rule = LintBook.rule(named: name) {
      rules = [rule]
    } else {
      // Who comes from another tool knows its names.
      let wanted = name.lowercased()
      let same = LintBook.all.filter { rule in
        rule.alsoKnownAs.contains { $0.lowercased().hasSuffix(wanted) }
      }
      let names = same.isEmpty ? LintBook.all.map(\.name) : same.map(\.name)
      throw UsageError(
        "there is no rule \"\(name)\"",
        remedy: same.isEmpty
          ? NearNames.advice(
            for: name, among: names, otherwise: "dbtool lint --explain list shows all rules")
          : "here it is called \(names.joined(separator: " or "))")
    }
  }

  /// A line for each rule.
  var list: Report { RuleText.list(texts) }

  /// All that is known about each rule.
  var text: Report { RuleText.whole(texts) }

  private var texts: [RuleText] {
    rules.map { rule in
      RuleText(
        name: rule.name, severity: rule.severity.rawValue, title: rule.title, why: rule.why,
        examples: [("Instead of:", nil, rule.insteadOf), ("use:", nil, rule.use)],
        source: rule.source, alsoKnownAs: rule.alsoKnownAs)
    }
  }
}
