import Isolation
import Reports
import Wording

/// The table of verdicts, which also says where findings stand beside them.
struct IsolationMatrix {
  var report: IsolationReport

  func add(to result: inout Report) {
    let shown = report.tables.filter { !isHidden($0) }
    let hasFindings = shown.contains { !weighty(on: $0.name).isEmpty }
    var headings = ["table", "tenancy"] + ProbedOperation.allCases.map(\.rawValue)
    if hasFindings { headings.append("findings") }
    let rows = shown.flatMap { table -> [[Text]] in
      let counts = IsolationReports.counts(weighty(on: table.name)).joined(separator: ", ")
      let own = [Text(table.name), Text(table.tenancy, .faint)] + cells(table, table.operations)
      return hasFindings
        ? [own + [Text(counts)]] + rolesThatDiffer(in: table).map { $0 + [Text("")] }
        : [own] + rolesThatDiffer(in: table)
    }
    result.sections.append(.table(.init(headings: headings, rows: rows, prose: [6])))
    let marks = rows.joined().map(\.characters)
    if marks.contains(where: { $0.hasSuffix("*") && $0.hasPrefix("isolated") }) {
      result.line("* the policies keep it, but there is another way: see the findings", .doubtful)
    }
    let hidden = report.tables.count - shown.count
    if hidden > 0 {
      result.line(
        "\(Plural.count(hidden, "partition")) \(hidden == 1 ? "is" : "are") granted to none of these roles",
        .faint)
    }
  }

  /// The errors and warnings on an object that count.
  private func weighty(on object: String) -> [Finding] {
    report.findings.filter {
      $0.object == object && $0.severity != .info && $0.suppressed == nil
    }
  }

  /// A partition that nobody may address directly is as its parent is.
  private func isHidden(_ table: IsolationReport.Table) -> Bool {
    table.partitionOf != nil && table.operations == .init(all: .notGranted)
      && weighty(on: table.name).isEmpty
  }

  /// Below the worst verdicts those of roles that differ.
  private func rolesThatDiffer(in table: IsolationReport.Table) -> [[Text]] {
    // Where a role may do nothing there is no line of its own.
    let others = table.operationsByRole.filter {
      $0.value != table.operations && $0.value != .init(all: .notGranted)
    }
    let groups = Dictionary(grouping: others.keys.sorted()) { role in
      ProbedOperation.allCases.map { others[role]?[$0].rawValue ?? "" }
    }
    return groups.values.sorted { $0[0] < $1[0] }.map { roles in
      [Text("  as \(roles.joined(separator: ", "))", .faint), Text("")]
        + cells(table, others[roles[0]] ?? table.operations)
    }
  }

  private func cells(
    _ table: IsolationReport.Table, _ operations: IsolationReport.Operations
  ) -> [Text] {
    ProbedOperation.allCases.map { cell(table, operations[$0], $0) }
  }

  private func cell(
    _ table: IsolationReport.Table, _ verdict: OperationVerdict, _ operation: ProbedOperation
  ) -> Text {
    switch verdict {
    case .isolated where hasError(table, operation): return Text("isolated*", .bad)
    // Nobody's rows are not isolated from anybody: they are shared.
    case .isolated where table.tenancy == "global": return Text("shared", .faint)
    case .isolated: return Text("isolated", .good)
    case .leak where isAccepted(table.name, operation): return Text("leak (accepted)", .doubtful)
    case .leak: return Text("LEAK", .bad)
    case .denied: return Text("denied", .plain)
    case .inconclusive: return Text("inconclusive", .doubtful)
    case .notGranted: return Text("not granted", .faint)
    }
  }

  /// True when an error concerns the operation, though its verdict, which is about the policies
  /// only, is good.
  private func hasError(
    _ table: IsolationReport.Table, _ operation: ProbedOperation
  ) -> Bool {
    // Where the policies leak for one role the error is about that one, not about the others.
    table.operations[operation] != .leak
      && report.findings.contains {
        $0.object == table.name && $0.isLeak
          && [operation.rawValue, "other"].contains($0.operation)
      }
  }

  /// True when every error on the operation is suppressed.
  private func isAccepted(_ object: String, _ operation: ProbedOperation) -> Bool {
    let errors = report.findings.filter {
      $0.object == object && $0.severity == .error && $0.operation == operation.rawValue
    }
    return !errors.isEmpty && errors.allSatisfy { $0.suppressed != nil }
  }
}
