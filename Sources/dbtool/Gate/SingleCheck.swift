import Reports

/// The report of a command that is one stage of the gate.
struct SingleCheck {
  var report: CheckReport

  init(
    _ session: Session, _ command: String, _ stage: GateStage, _ status: ExitStatus,
    summary: String, findings: [CheckReport.Finding], isStrict: Bool = false
  ) {
    let configuration = session.configuration
    report = CheckReport(
      tool: .init(version: Version.current), command: command, project: configuration.name,
      verdict: .init(status), exitCode: Int(status.rawValue),
      startedAt: session.run.startedAtText,
      durationMs: Int(session.run.duration / .milliseconds(1)))
    report.commit = GitCommit.current(inFolder: configuration.folder)
    report.database = stage == .lint ? nil : session.databaseName
    report.findings = isStrict ? findings.strict : findings
    report.rules = GateRules.rules(of: findings)
    report.stages = [
      .init(
        name: stage.rawValue, title: stage.title,
        outcome: StageResult(summary).outcome(report.findings), durationMs: report.durationMs,
        summary: summary)
    ]
  }
}

extension [CheckReport.Finding] {
  /// The same where warnings fail too.
  var strict: [CheckReport.Finding] {
    map { finding in
      guard finding.severity == .warning, finding.effect == .none else { return finding }
      var finding = finding
      finding.effect = .fails
      return finding
    }
  }
}

extension CheckReport.Verdict {
  /// The verdict that an exit code tells of.
  init(_ status: ExitStatus) {
    switch status {
    case .good: self = .passed
    case .found: self = .failed
    case .inconclusive: self = .inconclusive
    case .usage, .database, .interrupted: self = .error
    }
  }
}
