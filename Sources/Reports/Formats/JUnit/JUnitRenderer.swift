/// Shows what checks found as JUnit's XML: a suite for each stage.
///
/// Kept to what Jenkins's own schema allows, which GitLab and the reporters for GitHub read too. What
/// could not be told is an `error`, so that nobody takes it for passed.
package struct JUnitRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String {
    let suites = suites(of: report)
    let counts = JUnitSuite.Counts(suites.flatMap(\.cases))
    let root = XMLElement(
      name: "testsuites",
      attributes: [
        (
          "name",
          LegalText.line("dbtool \(report.command) \(report.project)", atMost: 1_000)
        ),
        ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"),
        ("errors", "\(counts.errors)"), ("time", JUnitSuite.seconds(report.durationMs)),
      ], children: suites.map(\.element))
    var output = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    root.write(to: &output)
    return output
  }

  private func suites(of report: CheckReport) -> [JUnitSuite] {
    let byStage = Dictionary(grouping: report.findings, by: \.stage)
    let clock = ReportClock(report)
    var elapsed = 0
    return stages(of: report, byStage).map { stage in
      defer { elapsed += stage.durationMs }
      let cases = JUnitCases(report: report, findings: byStage[stage.name] ?? [])
      return JUnitSuite(
        name: LegalText.line(stage.name, atMost: 200),
        // JUnit's times have no zone.
        timestamp: clock.time(afterMs: elapsed).map { String($0.prefix { $0 != "Z" }) },
        durationMs: stage.durationMs, properties: properties(of: report),
        cases: cases.cases(of: stage))
    }
  }

  /// The stages, and one for what none of them answers for.
  private func stages(
    of report: CheckReport, _ findings: [String: [CheckReport.Finding]]
  ) -> [CheckReport.Stage] {
    var missing = Set(findings.keys)
    if report.isolation != nil { missing.insert(JUnitCases.isolation) }
    missing.subtract(report.stages.map(\.name))
    return report.stages
      + missing.sorted().map { .init(name: $0, title: $0, outcome: .passed) }
  }

  private func properties(of report: CheckReport) -> [(name: String, value: String)] {
    [
      ("tool", "\(report.tool.name) \(report.tool.version)"), ("verdict", report.verdict.rawValue),
      ("commit", report.commit), ("database", report.database), ("target", report.target),
    ].compactMap { name, value in value.map { (name, LegalText.line($0, atMost: 1_000)) } }
  }
}
