/// The verdict, and what it was reached on.
struct VerdictPart: Sendable {
  private let report: CheckReport

  /// The verdict of a report.
  init(_ report: CheckReport) { self.report = report }

  /// The head of the page.
  var banner: HTML {
    let badge = Badge(report.verdict)
    return HTML("header", ["class": "banner \(badge.tone.rawValue)"]) {
      HTML("div", ["class": "inner"]) {
        HTML("p", ["class": "program"]) { "\(report.tool.name) \(report.command)" }
        HTML("h1") {
          HTML("span", ["class": "sign", "aria-hidden": "true"]) { badge.symbol }
          HTML("span") {
            HTML("span", ["class": "verdict"]) { badge.word }
            HTML("span", ["class": "sr"]) { ": " }
            HTML("span", ["class": "project"]) { report.project }
          }
        }
        HTML("p", ["class": "sentence"]) { sentence }
        Pieces.facts(facts)
      }
    }
  }

  private var sentence: String {
    var parts: [String] = []
    let counting = report.findings.filter { $0.accepted == nil }
    let failing = counting.count { $0.effect == .fails }
    let doubtful = counting.count { $0.effect == .doubts }
    let others = counting.count - failing - doubtful
    let accepted = report.findings.count - counting.count
    let broken = report.stages.count { $0.outcome == .error }
    if failing > 0 { parts.append("\(Figures.count(failing, "finding")) that must be mended") }
    if doubtful > 0 {
      parts.append("\(Figures.count(doubtful, "thing")) left without a conclusion")
    }
    if broken > 0 {
      parts.append("\(Figures.count(broken, "stage")) that could not be carried out")
    }
    if others > 0 { parts.append("\(Figures.count(others, "note"))") }
    if accepted > 0 { parts.append("\(Figures.number(accepted)) accepted") }
    guard let last = parts.popLast() else {
      return report.verdict == .passed ? "Nothing was found." : "See the stages."
    }
    return (parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last) + "."
  }

  private var facts: [(name: String, value: HTML)] {
    var facts = [(name: "Began", value: Figures.time(report.startedAt))]
    facts.append((name: "Took", value: HTML(text: Figures.duration(report.durationMs))))
    if let commit = report.commit {
      facts.append(
        (name: "Commit", value: HTML("code", ["title": commit]) { String(commit.prefix(12)) }))
    }
    if let database = report.database {
      facts.append((name: "Database", value: Pieces.code(database)))
    }
    if let target = report.target {
      facts.append((name: "Target", value: Pieces.code(target)))
    }
    facts.append((name: "Exit code", value: HTML(text: "\(report.exitCode)")))
    return facts
  }
}
