import Reports

/// How rules are told of, whichever command they belong to.
struct RuleText {
  var name: String
  var severity: String
  var title: String
  var why: String
  /// SQL with what stands before it.
  var examples: [(heading: String, note: String?, sql: String)]
  var source: String
  var alsoKnownAs: [String] = []

  /// A line for each rule.
  static func list(_ rules: [RuleText]) -> Report {
    let rows = rules.map { rule in
      [Text(rule.name, .strong), Text(rule.severity), Text(rule.title)]
    }
    return Report([
      .table(.init(headings: ["rule", "severity", "what is wrong"], rows: rows, prose: [2]))
    ])
  }

  /// All that is known about each rule.
  static func whole(_ rules: [RuleText]) -> Report {
    var report = Report()
    for rule in rules {
      if !report.sections.isEmpty { report.space() }
      rule.add(to: &report)
    }
    return report
  }

  private func add(to report: inout Report) {
    report.line("\(name) (\(severity))", .strong)
    report.line(title)
    report.space()
    for line in Self.wrapped(why) { report.line(line) }
    report.space()
    for example in examples {
      report.line(example.heading, .faint)
      if let note = example.note { report.line("    " + note, .faint) }
      report.sections.append(.block(example.sql))
    }
    report.space()
    report.line("Source: \(source)", .faint)
    if !alsoKnownAs.isEmpty {
      report.line("Elsewhere: \(alsoKnownAs.joined(separator: "; "))", .faint)
    }
  }

  private static func wrapped(_ text: String) -> [String] {
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
