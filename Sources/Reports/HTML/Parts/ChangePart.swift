/// What a change of the project's files does to isolation.
struct ChangePart: Sendable {
  /// Files and objects that are shown.
  static let limit = 200

  private let report: CheckReport

  /// The change in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when nothing says since when.
  var section: PageSection? {
    guard let change = report.change else { return nil }
    let loosens = change.effects.contains { $0.effect == "loosens" }
    let isUnclear = change.effects.contains { $0.effect == "unclear" }
    return PageSection(
      id: "change", title: "Change", note: Figures.number(change.files.count),
      tone: loosens ? .bad : isUnclear ? .doubt : .plain,
      content: HTML {
        HTML("p", ["class": "lead"]) {
          "Since "
          Pieces.code(change.since)
          " ("
          HTML("code", ["title": change.commit]) { String(change.commit.prefix(12)) }
          "): \(Figures.count(change.files.count, "file"))."
        }
        files(change.files)
        effects(change.effects)
      })
  }

  private func files(_ files: [String]) -> HTML? {
    guard !files.isEmpty else { return nil }
    return HTML("ul", ["class": "files"]) {
      for file in files.prefix(Self.limit) { HTML("li") { Pieces.code(file) } }
      if let rest = Pieces.rest(files.count - Self.limit, "file") { HTML("li") { rest } }
    }
  }

  private func effects(_ effects: [CheckReport.Change.Effect]) -> HTML {
    guard !effects.isEmpty else {
      return HTML("p", ["class": "none"]) { "It touches the isolation of no object." }
    }
    return HTML {
      HTML("h3") { "What it does to isolation" }
      HTML("ul", ["class": "effects"]) {
        for effect in effects.prefix(Self.limit) {
          HTML("li") {
            Badge(effect: effect.effect).markup
            HTML("div") {
              Pieces.code(effect.object)
              for change in effect.changes { HTML("p") { HTML(lines: change) } }
            }
          }
        }
      }
      Pieces.rest(effects.count - Self.limit, "object")
    }
  }
}
