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
      let near = RuleBook.names(near: name)
      throw UsageError(
        "there is no rule \"\(name)\"",
        remedy: near.isEmpty
          ? "dbtool verify-rls --explain list shows all rules"
          : "did you mean \(near.joined(separator: " or "))?")
    }
  }

  /// A line for each rule.
  var list: Report {
    let rows = rules.map { rule in
      [Text(rule.name, .strong), Text(rule.severity.rawValue), Text(rule.title)]
    }
    return Report([.table(.init(headings: ["rule", "severity", "what is wrong"], rows: rows))])
  }

  /// All that is known about each rule.
  var text: Report {
    var report = Report()
    for rule in rules {
      if !report.sections.isEmpty { report.space() }
      report.line("\(rule.name) (\(rule.severity.rawValue))", .strong)
      report.line(rule.title)
      report.space()
      for line in Self.wrapped(rule.why) { report.line(line) }
      report.space()
      report.line("Example:", .faint)
      if rule.example.contains("current_tenant()") || rule.example.contains("acting_user()") {
        report.line(
          "    -- current_tenant() and acting_user() read app.current_tenant_id and …_user_id",
          .faint)
      }
      report.sections.append(.block(rule.example))
      report.space()
      report.line("Source: \(rule.source)", .faint)
    }
    return report
  }

  static func wrapped(_ text: String) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count >= 96 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
    }
    return lines
  }
}
