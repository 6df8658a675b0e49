/// Shows what checks found as workflow commands of GitHub Actions.
package struct GitHubRenderer: Sendable {
  /// GitHub shows so many annotations of each level a step, and drops the others without a word.
  private static let limit = 10

  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String {
    let annotations =
      StageTrouble.all(report).map(annotation)
      + FindingOrder.sorted(report.findings).filter { $0.accepted == nil }.map(annotation)
    var shown: [String: Int] = [:]
    var commands: [String] = []
    var rest: [String] = []
    for annotation in annotations {
      // The last notice tells of the rest.
      let room = annotation.level == "notice" ? Self.limit - 1 : Self.limit
      if shown[annotation.level, default: 0] < room {
        shown[annotation.level, default: 0] += 1
        commands.append(annotation.command.line)
      } else {
        rest.append(WorkflowCommand.inert(annotation.line))
      }
    }
    if !rest.isEmpty {
      commands.append(WorkflowCommand(name: "group", message: "\(rest.count) more").line)
      commands += rest
      commands.append(WorkflowCommand(name: "endgroup").line)
      commands.append(
        WorkflowCommand(
          name: "notice", properties: [("title", heading(report))],
          message: "\(rest.count) more are in the log of this step, "
            + "since GitHub shows \(Self.limit) of each level."
        ).line)
    }
    commands.append(WorkflowCommand.inert(summary(report)))
    return commands.joined(separator: "\n") + "\n"
  }

  private func heading(_ report: CheckReport) -> String {
    "dbtool \(LegalText.line(report.command, atMost: 100))"
  }

  private func summary(_ report: CheckReport) -> String {
    let accepted = report.findings.filter { $0.accepted != nil }.count
    return "\(heading(report)): \(report.verdict.rawValue), "
      + "\(report.findings.count - accepted) found, \(accepted) accepted"
  }

  private struct Annotation {
    var level: String
    var command: WorkflowCommand
    /// The same as a line of a log.
    var line: String
  }

  private func annotation(_ trouble: StageTrouble) -> Annotation {
    Annotation(
      level: "error",
      command: WorkflowCommand(
        name: "error", properties: [("title", trouble.title)], message: trouble.text),
      line: "error  \(trouble.title): \(LegalText.line(trouble.text, atMost: 1_000))")
  }

  private func annotation(_ finding: CheckReport.Finding) -> Annotation {
    let text = FindingText(finding, atMost: 4_000)
    let level =
      switch finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .info: "notice"
      }
    let place = finding.location.map(FindingPlace.init)
    // Scripts to reproduce are in the summary: an annotation is a few lines beside the code.
    let parts = text.parts.filter { $0.heading != "Reproduce" }.map { "\($0.heading): \($0.text)" }
    let command = WorkflowCommand(
      name: level,
      properties: [
        ("file", place?.file ?? ""), ("line", place.map { "\($0.line)" } ?? ""),
        ("col", place.map { "\($0.column)" } ?? ""), ("title", text.title),
      ], message: ([text.sentence] + parts).joined(separator: "\n"))
    let source = place.map { "\($0.file):\($0.line):\($0.column)  " } ?? ""
    return Annotation(
      level: level, command: command,
      line: "\(level)  \(source)\(text.sentence)  [\(LegalText.line(finding.rule, atMost: 200))]")
  }
}
