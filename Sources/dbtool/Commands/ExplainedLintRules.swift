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
      let near =
        same.isEmpty
        ? NearNames.names(near: name, among: LintBook.all.map(\.name))
        : same.map(\.name)
      throw UsageError(
        "there is no rule \"\(name)\"",
        remedy: near.isEmpty
          ? "dbtool lint --explain list shows all rules"
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
      for line in ExplainedRules.wrapped(rule.why) { report.line(line) }
      report.space()
      report.line("Instead of:", .faint)
      report.sections.append(.block(rule.insteadOf))
      report.line("use:", .faint)
      report.sections.append(.block(rule.use))
      report.space()
      report.line("Source: \(rule.source)", .faint)
      if !rule.alsoKnownAs.isEmpty {
        report.line("Elsewhere: \(rule.alsoKnownAs.joined(separator: "; "))", .faint)
      }
    }
    return report
  }
}
