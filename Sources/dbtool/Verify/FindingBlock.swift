import Isolation
import Reports

/// The findings of one rule on one object; or on many, when the same is wrong with all of them.
struct FindingBlock {
  /// So many objects are still shown one by one.
  private static let limit = 3
  /// So much of an evidence is shown; the JSON has all of it.
  private static let evidenceLength = 160

  /// The findings, by object and fix.
  private var objects: [(name: String, findings: [Finding])]

  /// The findings in blocks, in the order of each block's first.
  static func blocks(of findings: [Finding]) -> [FindingBlock] {
    var rules: [(key: String, objects: [(name: String, findings: [Finding])])] = []
    for finding in findings {
      let key = "\(finding.severity.rawValue) \(finding.rule)"
      let place = rules.firstIndex { $0.key == key } ?? rules.count
      if place == rules.count { rules.append((key, [])) }
      // What the same fix mends has one cause.
      if let index = rules[place].objects.firstIndex(where: {
        $0.name == finding.object && $0.findings[0].fix == finding.fix
      }) {
        rules[place].objects[index].findings.append(finding)
      } else {
        rules[place].objects.append((finding.object, [finding]))
      }
    }
    return rules.flatMap { rule in
      Set(rule.objects.map(\.name)).count > limit
        ? [FindingBlock(objects: rule.objects)]
        : rule.objects.map { FindingBlock(objects: [$0]) }
    }
  }

  func add(to report: inout Report, showsScripts: Bool) {
    guard let first = objects.first, let finding = first.findings.first else { return }
    let meaning: Text.Meaning =
      switch finding.severity {
      case .error: .bad
      case .warning: .doubtful
      case .info: .plain
      }
    report.line("\(finding.severity.rawValue) [\(finding.rule)] \(heading)", meaning)
    let isCollapsed = objects.count > 1
    if isCollapsed {
      for line in Self.wrapped(names) { report.line("  " + line) }
      report.line("  for example \(first.name):", .faint)
    }
    for each in first.findings { report.line("  " + Self.line(each)) }
    let shown = isCollapsed ? objects.flatMap(\.findings) : first.findings
    if showsScripts {
      for each in shown where !each.reproduce.isEmpty {
        report.line("  \(each.operation) on \(each.object) as \(each.role), in psql:", .faint)
        report.sections.append(.block(each.reproduce))
      }
    }
    var fixes: [String] = []
    for each in first.findings where !fixes.contains(each.fix) { fixes.append(each.fix) }
    report.line(isCollapsed ? "  fix of \(first.name), the others alike:" : "  fix:", .faint)
    report.sections.append(.block(fixes.joined(separator: "\n")))
  }

  /// The objects, each once.
  private var names: [String] {
    var seen: Set<String> = []
    return objects.map(\.name).filter { seen.insert($0).inserted }
  }

  private var heading: String {
    let findings = objects.flatMap(\.findings)
    let messages = Set(findings.map(\.message))
    if messages.count == 1, let message = messages.first { return message }
    let title = RuleBook.rule(named: findings[0].rule)?.title ?? findings[0].message
    return objects.count == 1
      ? "\(objects[0].name): \(title)" : "\(names.count) objects: \(title)"
  }

  private static func line(_ finding: Finding) -> String {
    let operation = finding.operation == "other" ? "" : "\(finding.operation) "
    // PostgreSQL breaks the expressions of policies into lines.
    let evidence = finding.evidence.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let short =
      evidence.count > evidenceLength ? evidence.prefix(evidenceLength) + "…" : evidence[...]
    return "\(operation)as \(finding.role): \(short)"
  }

  /// Names joined by commas, in lines that fit a terminal.
  private static func wrapped(_ names: [String]) -> [String] {
    var lines = [""]
    for (index, name) in names.enumerated() {
      let text = index == names.count - 1 ? name : name + ","
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = text
      } else if last.count + text.count + 1 > 96 {
        lines.append(text)
      } else {
        lines[lines.count - 1] += " " + text
      }
    }
    return lines
  }
}
