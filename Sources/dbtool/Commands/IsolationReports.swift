import Isolation
import Reports

/// How the outcome of `verify-rls` is shown to people.
enum IsolationReports {
  static func text(_ report: IsolationReport, isStrict: Bool = false) -> Report {
    var result = Report()
    result.line("Isolation of tenants as \(report.roles.joined(separator: ", "))", .strong)
    for role in report.reachable {
      let way = role.through.joined(separator: " > ")
      result.line("and as \(role.role), which it can become: \(way)", .faint)
    }
    result.space()
    result.sections.append(
      .table(
        .init(
          headings: ["table", "tenancy"] + ProbedOperation.allCases.map(\.rawValue),
          rows: report.tables.filter { !isHidden($0) }.flatMap(rows))))
    let hidden = report.tables.filter(isHidden).count
    if hidden > 0 {
      result.line("\(hidden) partitions are granted to none of these roles", .faint)
    }
    for table in report.tables where !table.notes.isEmpty {
      result.space()
      for note in table.notes { result.line("\(table.name): \(note)", .doubtful) }
    }
    for group in grouped(report.findings) {
      result.space()
      add(group, to: &result)
    }
    MutationReports.add(report.mutants, to: &result)
    CoverageReports.add(report, to: &result)
    result.space()
    if isStrict, report.verdict == .isolated, !report.coverage.isComplete {
      result.line("not concluded, since --strict wants everything covered:", .doubtful)
    }
    result.sections.append(.line(conclusion(report)))
    return result
  }

  /// A partition that nobody may address directly is as its parent is.
  private static func isHidden(_ table: IsolationReport.Table) -> Bool {
    table.partitionOf != nil && table.operations == .init(all: .notGranted)
  }

  /// The worst verdicts, and below them those of roles that differ.
  private static func rows(_ table: IsolationReport.Table) -> [[Text]] {
    // Where a role may do nothing there is no line of its own.
    let others = table.operationsByRole.filter {
      $0.value != table.operations && $0.value != .init(all: .notGranted)
    }
    let groups = Dictionary(grouping: others.keys.sorted()) { role in
      ProbedOperation.allCases.map { others[role]?[$0].rawValue ?? "" }
    }
    let lines = groups.values.sorted { $0[0] < $1[0] }.map { roles in
      [Text("  as \(roles.joined(separator: ", "))", .faint), Text("")]
        + cells(table, others[roles[0]] ?? table.operations)
    }
    return [
      [Text(table.name), Text(table.tenancy, .faint)] + cells(table, table.operations)
    ] + lines
  }

  private static func cells(
    _ table: IsolationReport.Table, _ operations: IsolationReport.Operations
  ) -> [Text] {
    ProbedOperation.allCases.map { operation in
      let verdict = operations[operation]
      // Nobody's rows are not isolated from anybody: they are shared.
      return table.tenancy == "global" && verdict == .isolated
        ? Text("shared", .faint) : cell(verdict)
    }
  }

  private static func cell(_ verdict: OperationVerdict) -> Text {
    switch verdict {
    case .isolated: Text("isolated", .good)
    case .leak: Text("LEAK", .bad)
    case .denied: Text("denied", .plain)
    case .inconclusive: Text("inconclusive", .doubtful)
    case .notGranted: Text("not granted", .faint)
    }
  }

  /// Findings that have the same cause, in the order of their first.
  private static func grouped(_ findings: [Finding]) -> [[Finding]] {
    var groups: [[Finding]] = []
    for finding in findings {
      let place = groups.firstIndex { group in
        group[0].rule == finding.rule && group[0].object == finding.object
          && group[0].role == finding.role && group[0].fix == finding.fix
      }
      if let place {
        groups[place].append(finding)
      } else {
        groups.append([finding])
      }
    }
    return groups
  }

  private static func add(_ group: [Finding], to report: inout Report) {
    guard let finding = group.first else { return }
    let meaning: Text.Meaning =
      switch finding.severity {
      case .error: .bad
      case .warning: .doubtful
      case .info: .plain
      }
    report.line("\(finding.severity.rawValue) [\(finding.rule)] \(finding.message)", meaning)
    for each in group {
      let operation = each.operation == "other" ? "" : "\(each.operation) "
      // PostgreSQL breaks the expressions of policies into lines.
      let evidence = each.evidence.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      report.line("  \(operation)as \(each.role): \(evidence)")
    }
    if !finding.reproduce.isEmpty {
      let rest = group.count > 1 ? " (of \(finding.operation); --format json has the others)" : ""
      report.line("  reproduce in psql\(rest):", .faint)
      report.sections.append(.block(finding.reproduce))
    }
    report.line("  fix:", .faint)
    report.sections.append(.block(finding.fix))
  }

  private static func conclusion(_ report: IsolationReport) -> Text {
    let effort = "\(report.probes.run) probes in \(Seconds.text(report.probes.seconds)) s"
    switch report.verdict {
    case .isolated: return Text("isolated: no tenant reached another one's rows, \(effort)", .good)
    case .leak:
      let count = report.findings.filter { $0.severity == .error }.count
      return Text("LEAK: \(count) \(count == 1 ? "hole" : "holes") found, \(effort)", .bad)
    case .inconclusive:
      let why =
        report.probes.run == 0
        ? "the roles may use no table with tenants' rows, so nothing was tried"
        : report.mutants.survived.isEmpty
          ? "something could not be tried, see above"
          : "the probes are blind to mutants that survived, see above"
      return Text("not concluded: \(why); \(effort)", .doubtful)
    }
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
