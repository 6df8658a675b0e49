/// Shows what checks found to people in a terminal: the stages, what counts, and the verdict as the last line,
/// where a terminal stops.
package enum CheckText {
  /// So many objects of one rule are shown one by one.
  private static let limit = 5

  /// The report.
  package static func report(_ check: CheckReport) -> Report {
    var report = Report()
    for stage in check.stages where stage.error != nil {
      report.line("\(stage.name): could not be carried out", .bad)
      report.sections.append(.block(stage.error ?? ""))
      report.space()
    }
    addChange(check, to: &report)
    addFindings(
      check.findings.filter { $0.accepted == nil && $0.severity != .info }, check.rules,
      to: &report)
    addAccepted(check.findings, to: &report)
    report.sections.append(
      .table(
        .init(
          headings: ["stage", "result", "took", ""], rows: check.stages.map(row), prose: [3])))
    report.space()
    report.sections.append(.line(conclusion(check)))
    return report
  }

  /// A stage on one line, as it is told of when it is done.
  package static func line(_ stage: CheckReport.Stage) -> String {
    let name = stage.name + String(repeating: " ", count: max(0, 11 - stage.name.count))
    let outcome =
      stage.outcome.rawValue
      + String(repeating: " ", count: max(0, 13 - stage.outcome.rawValue.count))
    return "\(name)\(outcome)\(stage.summary)"
  }

  private static func row(_ stage: CheckReport.Stage) -> [Text] {
    let meaning: Text.Meaning =
      switch stage.outcome {
      case .passed: .good
      case .failed, .error: .bad
      case .inconclusive: .doubtful
      case .skipped: .faint
      }
    return [
      Text(stage.name), Text(stage.outcome.rawValue, meaning),
      Text(stage.outcome == .skipped ? "" : seconds(stage.durationMs), .faint), Text(stage.summary),
    ]
  }

  private static func addChange(_ check: CheckReport, to report: inout Report) {
    guard let change = check.change else { return }
    report.line("what changed since \(change.since) does to isolation:", .strong)
    if change.effects.isEmpty { report.line("  nothing", .good) }
    for effect in change.effects {
      let meaning: Text.Meaning =
        switch effect.effect {
        case "tightens": .good
        case "loosens": .bad
        case "equal": .plain
        default: .doubtful
        }
      report.line("  \(effect.object)  \(effect.effect)", meaning)
      for line in effect.changes { report.line("      " + line, .faint) }
    }
    report.space()
    let locked = check.migrations.filter { $0.isNew && $0.locks?.isEmpty == false }
    guard !locked.isEmpty else { return }
    report.line("what new migrations lock:", .strong)
    for migration in locked {
      for lock in migration.locks ?? [] {
        let blocks =
          lock.blocks == .reads
          ? "reads and writes wait" : lock.blocks == .writes ? "writes wait" : "nobody waits"
        report.line(
          "  \(migration.version)_\(migration.name)  \(lock.object)  \(lock.mode), \(blocks)"
            + (lock.rewrites ? ", and the table is rewritten" : ""),
          lock.blocks == .reads ? .doubtful : .plain)
      }
    }
    report.space()
  }

  // MARK: - Findings

  private static func addFindings(
    _ findings: [CheckReport.Finding], _ rules: [CheckReport.Rule], to report: inout Report
  ) {
    var groups: [[CheckReport.Finding]] = []
    for finding in findings {
      let index = groups.firstIndex {
        ($0[0].stage, $0[0].rule, $0[0].severity) == (finding.stage, finding.rule, finding.severity)
      }
      if let index { groups[index].append(finding) } else { groups.append([finding]) }
    }
    for group in groups {
      // What the same fix mends at the same object has one cause.
      var causes: [[CheckReport.Finding]] = []
      for finding in group {
        let index = causes.firstIndex {
          $0[0].object == finding.object && $0[0].fix == finding.fix
            && (finding.role != nil || $0[0].message == finding.message)
        }
        if let index { causes[index].append(finding) } else { causes.append([finding]) }
      }
      for cause in causes.prefix(limit) { add(cause, rules, to: &report) }
      if causes.count > limit {
        let names = causes.dropFirst(limit).prefix(20).map { $0[0].object }
        let rest = causes.count - limit
        report.line(
          "and \(rest) more [\(group[0].rule)]: \(names.joined(separator: ", "))"
            + (rest > 20 ? ", …" : ""), .faint)
        report.space()
      }
    }
  }

  /// Findings of one cause.
  private static func add(
    _ findings: [CheckReport.Finding], _ rules: [CheckReport.Rule], to report: inout Report
  ) {
    let finding = findings[0]
    let meaning: Text.Meaning =
      switch finding.effect {
      case .fails: .bad
      case .doubts: .doubtful
      case .none: finding.severity == .warning ? .doubtful : .plain
      }
    let isOne = findings.allSatisfy { $0.message == finding.message }
    let title = rules.first { $0.name == finding.rule }?.title
    let message = isOne ? finding.message : "\(finding.object): \(title ?? finding.message)"
    report.line("\(finding.severity.rawValue) [\(finding.rule)] \(message)", meaning)
    if let location = finding.location {
      report.line("  \(location.file):\(location.line)", .faint)
    }
    for each in findings {
      let who = [each.operation, each.role.flatMap { $0.isEmpty ? nil : "as \($0)" }]
        .compactMap(\.self).joined(separator: " ")
      let seen = (each.evidence ?? "").split(separator: "\n")
      if let first = seen.first {
        report.line("  " + (who.isEmpty ? "" : who + ": ") + first)
        for line in seen.dropFirst().prefix(5) { report.line("  " + line) }
      } else if !who.isEmpty {
        report.line("  " + who)
      }
    }
    addFix(finding.fix ?? "", to: &report)
    report.space()
  }

  private static func addFix(_ fix: String, to report: inout Report) {
    var lines = fix.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    guard !lines.isEmpty else { return }
    guard lines.count > 1 else {
      report.line("  next: " + lines[0], .faint)
      return
    }
    report.line("  next:", .faint)
    report.sections.append(.block(lines.prefix(12).joined(separator: "\n")))
    if lines.count > 12 { report.line("    …", .faint) }
  }

  private static func addAccepted(
    _ findings: [CheckReport.Finding], to report: inout Report
  ) {
    let accepted = findings.filter { $0.accepted != nil && $0.effect != .none }
    guard !accepted.isEmpty else { return }
    let counts = CheckReport.Acceptance.Source.allCases.compactMap { source -> String? in
      let count = accepted.filter { $0.accepted?.by == source }.count
      return count == 0 ? nil : "\(count) by \(words(source))"
    }
    report.line("accepted and not counted: \(counts.joined(separator: ", "))", .faint)
    report.space()
  }

  private static func words(_ source: CheckReport.Acceptance.Source) -> String {
    switch source {
    case .baseline: "the baseline"
    case .configuration: "dbtool.yaml"
    case .file: "comments in files"
    }
  }

  // MARK: - Verdict

  private static func conclusion(_ check: CheckReport) -> Text {
    let time = "in \(seconds(check.durationMs))"
    let counting = check.findings.filter(\.counts)
    let failing = counting.filter { $0.effect == .fails }.count
    switch check.verdict {
    case .passed:
      let warnings = check.findings.filter { $0.accepted == nil && $0.severity == .warning }.count
      return Text(
        "passed \(time)" + (warnings > 0 ? ", with \(count(warnings, "warning"))" : ""), .good)
    case .failed: return Text("FAILED: \(count(failing, "finding")) \(time)", .bad)
    case .inconclusive:
      return Text(
        "not concluded: \(count(counting.count, "finding")) left open, \(time)", .doubtful)
    case .error: return Text("could not be carried out, see above; \(time)", .bad)
    }
  }

  private static func count(_ number: Int, _ word: String) -> String {
    number == 1 ? "1 \(word)" : "\(number) \(word)s"
  }

  private static func seconds(_ milliseconds: Int) -> String {
    guard milliseconds >= 100 else { return "\(milliseconds) ms" }
    let hundredths = (milliseconds + 5) / 10
    let fraction = String(hundredths % 100)
    return "\(hundredths / 100).\(fraction.count < 2 ? "0" + fraction : fraction) s"
  }
}
