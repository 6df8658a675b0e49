/// The verdict and the stages of a report as Markdown.
struct MarkdownStages: Sendable {
  /// The report.
  var report: CheckReport

  /// The verdict, for whom nothing else matters.
  var verdict: MarkdownSection {
    let accepted = report.findings.filter { $0.accepted != nil }.count
    let counting = report.findings.filter(\.counts).count
    var facts = [
      report.project.isEmpty ? "" : "**\(words(report.project))**",
      "\(counting) of \(report.findings.count) findings count"
        + (accepted > 0 ? ", \(accepted) accepted" : ""),
      Self.time(report.durationMs), "exit code \(report.exitCode)",
    ]
    if let commit = report.commit { facts.append("commit \(MarkdownText.name(commit))") }
    if let database = report.database { facts.append("on \(MarkdownText.name(database))") }
    if let target = report.target { facts.append("against \(MarkdownText.name(target))") }
    var section = MarkdownSection()
    section.add(
      paragraph: "## \(sign(report.verdict)) dbtool \(words(report.command)): "
        + report.verdict.rawValue)
    section.add(paragraph: facts.filter { !$0.isEmpty }.joined(separator: " · "))
    return section
  }

  /// The stages, and why some could not be carried out.
  var stages: MarkdownSection {
    var table = MarkdownTable(["", "Stage", "Result", "Time"], atMost: 50_000)
    for stage in report.stages {
      table.add([
        sign(stage.outcome), words(stage.title.isEmpty ? stage.name : stage.title),
        words(stage.summary), stage.outcome == .skipped ? "" : Self.time(stage.durationMs),
      ])
    }
    var section = MarkdownSection()
    section.add(table, under: "Stages", of: "stages")
    for stage in report.stages.prefix(10) {
      guard let error = stage.error, !error.isEmpty else { continue }
      section.add(paragraph: "\(MarkdownText.name(stage.name)) could not be carried out:")
      section.text += MarkdownText.block(LegalText.block(error, atMost: 1_000)) + "\n"
    }
    return section
  }

  private func words(_ text: String) -> String {
    MarkdownText.escaped(LegalText.line(text, atMost: 300))
  }

  private func sign(_ verdict: CheckReport.Verdict) -> String {
    switch verdict {
    case .passed: "✅"
    case .failed: "❌"
    case .inconclusive: "❔"
    case .error: "🛑"
    }
  }

  private func sign(_ outcome: CheckReport.Stage.Outcome) -> String {
    switch outcome {
    case .passed: "✅"
    case .failed: "❌"
    case .inconclusive: "❔"
    case .skipped: "➖"
    case .error: "🛑"
    }
  }

  /// Milliseconds for people.
  static func time(_ milliseconds: Int) -> String {
    guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
    let tenths = milliseconds / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
