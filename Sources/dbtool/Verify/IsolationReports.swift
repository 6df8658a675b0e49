import Isolation
import Reports
import Wording

/// How the outcome of `verify-rls` is shown to people: the short answer, the matrix, the findings,
/// and the conclusion as the last line, where a terminal stops.
enum IsolationReports {
  /// The report; with the scripts of all findings when `showsScripts`.
  static func text(
    _ report: IsolationReport, isStrict: Bool = false, showsScripts: Bool = false
  ) -> Report {
    var result = Report()
    result.line("Isolation of tenants as \(report.roles.joined(separator: ", "))", .strong)
    for role in report.reachable {
      let way = role.through.joined(separator: " > ")
      result.line("and as \(role.role), which it can become: \(way)", .faint)
    }
    for line in summary(report.findings) { result.sections.append(.line(line)) }
    result.space()
    IsolationMatrix(report: report).add(to: &result)
    for table in report.tables where !table.notes.isEmpty {
      result.space()
      for note in table.notes { result.line("\(table.name): \(note)", .doubtful) }
    }
    let slow = PerformanceReports.own(report.findings)
    let open = report.findings.filter { $0.suppressed == nil && !slow.contains($0) }
    for block in FindingBlock.blocks(of: open) {
      result.space()
      block.add(to: &result, showsScripts: showsScripts)
    }
    addSuppressed(report.findings, to: &result)
    addHint(report.findings, showsScripts: showsScripts, to: &result)
    PerformanceReports.add(report, showsScripts: showsScripts, to: &result)
    MutationReports.add(report.mutants, to: &result)
    CoverageReports.add(report, to: &result)
    result.space()
    if isStrict, report.verdict == .isolated, !report.coverage.isComplete {
      result.line("not concluded, since --strict wants everything covered:", .doubtful)
    }
    result.sections.append(.line(conclusion(report)))
    return result
  }

  /// How many findings there are, by severity and by rule; nothing when there are none.
  private static func summary(_ findings: [Finding]) -> [Text] {
    guard !findings.isEmpty else { return [] }
    let open = findings.filter { $0.suppressed == nil }
    var parts = counts(open)
    if open.count < findings.count { parts.append("\(findings.count - open.count) suppressed") }
    let hasErrors = open.contains { $0.severity == .error }
    let isNoteOnly = open.allSatisfy { $0.severity == .info }
    var lines = [
      Text(
        parts.joined(separator: ", "), hasErrors ? .bad : isNoteOnly ? .plain : .doubtful)
    ]
    for severity in Finding.Severity.allCases {
      var rules: [(name: String, count: Int)] = []
      for finding in open where finding.severity == severity {
        if let index = rules.firstIndex(where: { $0.name == finding.rule }) {
          rules[index].count += 1
        } else {
          rules.append((finding.rule, 1))
        }
      }
      guard !rules.isEmpty else { continue }
      let list = rules.map { $0.count == 1 ? $0.name : "\($0.name) (\($0.count))" }
      lines.append(Text("  \(severity.rawValue): \(list.joined(separator: ", "))", .faint))
    }
    return lines
  }

  /// `2 errors, 1 warning, 3 notes`, without what there is none of.
  static func counts(_ findings: [Finding]) -> [String] {
    let words: [(Finding.Severity, String)] = [
      (.error, "error"), (.warning, "warning"), (.info, "note"),
    ]
    return words.compactMap { severity, word in
      let count = findings.filter { $0.severity == severity }.count
      return count == 0 ? nil : Plural.count(count, word)
    }
  }

  private static func addSuppressed(_ findings: [Finding], to report: inout Report) {
    var lines: [String] = []
    for finding in findings {
      guard let suppressed = finding.suppressed else { continue }
      let until = suppressed.until.map { " until \($0)" } ?? ""
      let line =
        "  \(finding.severity.rawValue) [\(finding.rule)] \(finding.object) as \(finding.role)\(until): \(suppressed.reason)"
      // The same hole in several operations was decided on once.
      if !lines.contains(line) { lines.append(line) }
    }
    guard !lines.isEmpty else { return }
    report.space()
    report.line("suppressed in dbtool.yaml, not counted:", .faint)
    for line in lines { report.line(line, .faint) }
  }

  private static func addHint(
    _ findings: [Finding], showsScripts: Bool, to report: inout Report
  ) {
    guard let finding = findings.first(where: { $0.suppressed == nil && $0.severity != .info })
    else { return }
    report.space()
    if !showsScripts, findings.contains(where: { !$0.reproduce.isEmpty }) {
      report.line(
        "--scripts shows for each finding a script for psql that does it; --scripts-to DIR writes them, and all fixes, to files",
        .faint)
    }
    report.line("--explain \(finding.rule) says what that rule is about and why it matters", .faint)
  }

  private static func conclusion(_ report: IsolationReport) -> Text {
    let effort =
      "\(Plural.count(report.probes.run, "probe")) in \(Seconds.text(report.probes.seconds)) s"
    switch report.verdict {
    case .isolated:
      let accepted = report.findings.contains { $0.severity == .error && $0.suppressed != nil }
      let but = accepted ? " but for what is suppressed" : ""
      return Text(
        "isolated: no tenant reached another one's rows\(but), \(effort)", accepted ? .plain : .good
      )
    case .leak:
      let holes = report.findings.filter(\.isLeak).count
      return Text("LEAK: \(Plural.count(holes, "hole")) found, \(effort)", .bad)
    case .inconclusive:
      return Text("not concluded: \(whyInconclusive(report)); \(effort)", .doubtful)
    }
  }

  private static func whyInconclusive(_ report: IsolationReport) -> String {
    let isOpen = report.tables.contains { table in
      ProbedOperation.allCases.contains { table.operations[$0] == .inconclusive }
    }
    if isOpen { return "something could not be tried, see above" }
    if !report.mutants.survived.isEmpty {
      return "the probes are blind to mutants that survived, see above"
    }
    let roles = report.roles.joined(separator: ", ")
    let nothing = "\(roles) may use no table with tenants' rows"
    return report.probes.run == 0
      ? "\(nothing), so nothing was tried: grant what the application uses, or check --role"
      : "\(nothing); what it may use, views and functions, showed nothing, which alone proves little"
  }
}

/// A time as reports write it.
enum Seconds {
  /// Two decimals, without Foundation.
  static func text(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100).rounded())
    let fraction = String(hundredths % 100)
    return "\(hundredths / 100).\(fraction.count < 2 ? "0" + fraction : fraction)"
  }
}
