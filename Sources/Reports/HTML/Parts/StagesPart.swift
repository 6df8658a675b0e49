/// What was done, as a strip.
struct StagesPart: Sendable {
  private let report: CheckReport

  /// The stages of a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when nothing was done in stages.
  var section: PageSection? {
    guard !report.stages.isEmpty else { return nil }
    return PageSection(
      id: "stages", title: "Stages", note: nil,
      content: HTML {
        HTML("ol", ["class": "stages"]) {
          HTML(report.stages.map(card))
        }
        HTML(report.stages.compactMap(complaint))
      })
  }

  private func card(_ stage: CheckReport.Stage) -> HTML {
    let badge = Badge(stage.outcome)
    let longest = report.stages.map(\.durationMs).max() ?? 0
    return HTML("li", ["class": "stage \(badge.tone.rawValue)"]) {
      HTML("p", ["class": "top"]) {
        badge.markup
        if stage.outcome != .skipped {
          HTML("span", ["class": "took"]) { Figures.duration(stage.durationMs) }
        }
      }
      HTML("p", ["class": "what"]) {
        HTML("strong") { stage.title }
        " "
        Pieces.code(stage.name)
      }
      if !stage.summary.isEmpty { HTML("p", ["class": "came"]) { stage.summary } }
      Pieces.bar(stage.durationMs, of: longest, tone: .plain)
    }
  }

  private func complaint(_ stage: CheckReport.Stage) -> HTML? {
    guard let error = stage.error else { return nil }
    return HTML("div", ["class": "complaint"]) {
      HTML("h3") { "\(stage.title): what went wrong" }
      Pieces.script(error, named: "error")
    }
  }
}
