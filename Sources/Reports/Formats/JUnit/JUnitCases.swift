/// The test cases of a stage, by what the stage looks at.
struct JUnitCases: Sendable {
  /// The report.
  var report: CheckReport
  /// The findings of the stage.
  var findings: [CheckReport.Finding]

  /// The cases of a stage.
  func cases(of stage: CheckReport.Stage) -> [JUnitCase] {
    let found: [JUnitCase] =
      switch stage.name {
      case Self.isolation: isolationCases
      case "up", "migrate-up": migrationCases + findings.map(JUnitCase.init)
      default: findings.map(JUnitCase.init)
      }
    return found + ending(of: stage, beside: found)
  }

  /// The stage whose cases are tables and operations.
  static let isolation = "verify-rls"

  // MARK: - Isolation

  private var isolationCases: [JUnitCase] {
    var onTables: [String: [CheckReport.Finding]] = [:]
    var others: [CheckReport.Finding] = []
    let tables = report.isolation?.tables ?? []
    let names = Set(tables.map(\.name))
    for finding in findings {
      if let operation = finding.operation, names.contains(finding.object),
        CheckReport.Isolation.operations.contains(operation)
      {
        onTables[Self.key(finding.object, operation), default: []].append(finding)
      } else {
        others.append(finding)
      }
    }
    let probed = tables.flatMap { table in
      CheckReport.Isolation.operations.map { operation in
        one(table, operation, onTables[Self.key(table.name, operation)] ?? [])
      }
    }
    return probed + others.map(JUnitCase.init)
  }

  private static func key(_ table: String, _ operation: String) -> String {
    "\(operation) \(table)"
  }

  private func one(
    _ table: CheckReport.Isolation.Table, _ operation: String, _ found: [CheckReport.Finding]
  ) -> JUnitCase {
    var result = JUnitCase.result(of: found)
    let verdict = table.operations[operation] ?? .inconclusive
    var output = ""
    if !result.isBad {
      let notes = LegalText.block(table.notes.joined(separator: "\n"), atMost: 20_000)
      let words = [notes, JUnitCase.text(of: found)].filter { !$0.isEmpty }
        .joined(separator: "\n\n")
      switch verdict {
      // A leak whose findings are all accepted is accepted.
      case .leak where result.isPassed:
        result = .failed(
          type: "leak", message: "rows of another tenant can be reached", text: words)
      case .inconclusive:
        // What is accepted says nothing about what could not be tried.
        result = .error(
          type: "inconclusive", message: "nothing could be concluded", text: words)
      case .notGranted where result.isPassed && found.isEmpty:
        result = .skipped(reason: "no role that was looked at has the privilege")
      case .denied:
        output = ["not even the tenant's own rows can be reached", words]
          .filter { !$0.isEmpty }.joined(separator: "\n\n")
      case .leak, .isolated, .notGranted: output = words
      }
    }
    return JUnitCase(
      group: LegalText.line(table.name, atMost: 1_000), name: operation, result: result,
      output: output)
  }

  // MARK: - Migrations

  private var migrationCases: [JUnitCase] {
    report.migrations.map { migration in
      let name = "\(migration.version) \(LegalText.line(migration.name, atMost: 500))"
      return JUnitCase(
        group: LegalText.line(migration.file, atMost: 1_000), name: name,
        result: migration.durationMs == nil ? .skipped(reason: "not applied") : .passed,
        durationMs: migration.durationMs)
    }
  }

  // MARK: - The end of a stage

  /// The case of the stage itself, where the others do not say how it ended.
  private func ending(
    of stage: CheckReport.Stage, beside cases: [JUnitCase]
  ) -> [JUnitCase] {
    let counts = JUnitSuite.Counts(cases)
    let summary = LegalText.line(stage.summary, atMost: 1_000)
    let text = LegalText.block(stage.error ?? stage.summary, atMost: 20_000)
    let result: JUnitCase.Result
    switch stage.outcome {
    case .passed:
      if !cases.isEmpty { return [] }
      result = .passed
    case .failed:
      if counts.failures > 0 { return [] }
      result = .failed(type: "failed", message: summary, text: text)
    case .inconclusive:
      if counts.errors > 0 { return [] }
      result = .error(type: "inconclusive", message: summary, text: text)
    case .error: result = .error(type: "error", message: summary, text: text)
    case .skipped: result = .skipped(reason: summary.isEmpty ? "skipped" : summary)
    }
    var ending = JUnitCase(
      group: LegalText.line(stage.name, atMost: 200),
      name: LegalText.line(stage.title, atMost: 500), result: result)
    if result.isPassed { ending.output = summary }
    return [ending]
  }
}
