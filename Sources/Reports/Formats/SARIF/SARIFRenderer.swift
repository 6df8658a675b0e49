/// Shows what checks found as SARIF 2.1.0.
package struct SARIFRenderer: Sendable {
  /// GitHub refuses a run with more results.
  private static let mostResults = 25_000
  /// How many bytes evidence, scripts and fixes may take: GitHub refuses more than 10 MB, compressed.
  private static let mostDetails = 10_000_000

  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String {
    let sorted = FindingOrder.sorted(report.findings)
    let findings = Array(sorted.prefix(Self.mostResults))
    let rules = SARIFRules(report, of: findings)
    var fingerprints = Fingerprints()
    var room = Self.mostDetails
    let results = findings.map { result($0, rules, fingerprints.next($0), &room) }
    let run = SARIFLog.Run(
      tool: .init(
        driver: .init(
          name: report.tool.name, version: report.tool.version, rules: rules.rules)),
      // What stands before the slash keeps the results of different commands apart.
      automationDetails: .init(id: "dbtool/\(LegalText.line(report.command, atMost: 100))/"),
      originalUriBaseIds: [
        Self.base: .init(description: .init(text: "The folder of the project."))
      ],
      invocations: [
        invocation(report, leftOut: sorted.count - findings.count, hasNoRoom: room <= 0)
      ], results: results)
    return JSON.text(SARIFLog(runs: [run])) + "\n"
  }

  private static let base = "%SRCROOT%"

  private func result(
    _ finding: CheckReport.Finding, _ rules: SARIFRules, _ fingerprint: String, _ room: inout Int
  ) -> SARIFLog.Result {
    let text = FindingText(finding, atMost: 10_000)
    let place = FindingPlace(finding.location)
    let object = LegalText.line(finding.object, atMost: 1_000)
    var properties: [String: String] = ["stage": LegalText.line(finding.stage, atMost: 200)]
    properties["operation"] = finding.operation.map { LegalText.line($0, atMost: 200) }
    properties["role"] = finding.role.map { LegalText.line($0, atMost: 200) }
    for part in text.parts where room > 0 {
      room -= part.text.utf8.count
      properties[part.heading.lowercased()] = part.text
    }
    return SARIFLog.Result(
      ruleId: LegalText.line(finding.rule, atMost: 200), ruleIndex: rules.index[finding.rule] ?? 0,
      level: .init(finding.severity),
      message: .init(text: SARIFText.message(text.sentence)),
      locations: [
        .init(
          physicalLocation: .init(
            artifactLocation: .init(uri: SARIFText.uri(place.file), uriBaseId: Self.base),
            region: .init(startLine: place.line, startColumn: place.column)),
          logicalLocations: object.isEmpty
            ? nil : [.init(fullyQualifiedName: object, kind: "resource")])
      ],
      // GitHub looks at this one only, and would else compute it from the line.
      partialFingerprints: ["primaryLocationLineHash": fingerprint],
      suppressions: finding.accepted.map { acceptance in
        [
          .init(
            kind: acceptance.by == .file ? "inSource" : "external",
            justification: text.acceptance ?? "")
        ]
      }, properties: properties)
  }

  private func invocation(
    _ report: CheckReport, leftOut: Int, hasNoRoom: Bool
  ) -> SARIFLog.Invocation {
    let clock = ReportClock(report)
    var notifications = StageTrouble.all(report).map { trouble in
      SARIFLog.Notification(
        level: .error,
        message: .init(text: SARIFText.message("\(trouble.title): \(trouble.text)")))
    }
    if leftOut > 0 {
      notifications.append(
        .init(
          level: .warning,
          message: .init(
            text: "\(leftOut) of the findings are left out: GitHub takes \(Self.mostResults).")))
    }
    if hasNoRoom {
      notifications.append(
        .init(
          level: .note,
          message: .init(text: "Evidence, scripts and fixes of the last findings are left out.")))
    }
    return SARIFLog.Invocation(
      executionSuccessful: report.verdict != .error
        && !report.stages.contains { $0.outcome == .error }, exitCode: report.exitCode,
      startTimeUtc: clock.time(afterMs: 0), endTimeUtc: clock.time(afterMs: report.durationMs),
      toolExecutionNotifications: notifications)
  }
}
