/// Whether the probes would notice: what became of schemas with one thing weakened.
struct MutantsPart: Sendable {
  /// Survivors and others that are shown.
  static let limit = 100

  private let report: CheckReport

  /// The mutants in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when none were made.
  var section: PageSection? {
    guard let mutants = report.isolation?.mutants else { return nil }
    let survivors = mutants.list.filter { $0.fate == .survived }
    let isWhole = mutants.killed == mutants.made
    return PageSection(
      id: "mutants", title: "Mutants",
      note: Figures.percentage(mutants.killed, of: mutants.made), tone: isWhole ? .good : .bad,
      content: HTML {
        HTML("div", ["class": "score"]) {
          HTML("p") {
            HTML("strong") { Figures.number(mutants.killed) }
            " of \(Figures.count(mutants.made, "weakened schema")) were noticed."
          }
          Pieces.bar(mutants.killed, of: mutants.made, tone: isWhole ? .good : .bad)
        }
        legend(mutants)
        if !survivors.isEmpty {
          HTML("h3") { "Survivors: blind spots of the probes" }
          HTML(survivors.prefix(Self.limit).map(survivor))
          Pieces.rest(survivors.count - Self.limit, "survivor")
        }
        others(mutants.list.filter { $0.fate != .survived })
      })
  }

  private func legend(_ mutants: CheckReport.Isolation.Mutants) -> HTML {
    HTML("ul", ["class": "legend", "aria-label": "Mutants by what became of them"]) {
      for fate in CheckReport.Isolation.Mutants.Fate.allCases {
        let count = mutants.list.count { $0.fate == fate }
        if count > 0 {
          HTML("li") {
            Badge(fate).markup
            " \(Figures.number(count))"
          }
        }
      }
    }
  }

  private func survivor(_ mutant: CheckReport.Isolation.Mutant) -> HTML {
    HTML("article", ["class": "finding"]) {
      HTML("h4") {
        Badge(mutant.fate).markup
        " "
        Pieces.code(mutant.object)
      }
      HTML("p", ["class": "message"]) {
        mutant.mutation
        " "
        Pieces.code(mutant.operator)
      }
      if let reason = mutant.reason { HTML("p") { reason } }
      if let sql = mutant.sql { Pieces.script(sql, named: "SQL") }
    }
  }

  private func others(_ mutants: [CheckReport.Isolation.Mutant]) -> HTML? {
    guard !mutants.isEmpty else { return nil }
    return Pieces.folded("\(Figures.count(mutants.count, "other mutant"))") {
      HTML("ul", ["class": "mutants"]) {
        for mutant in mutants.prefix(Self.limit) {
          HTML("li") {
            Badge(mutant.fate).markup
            HTML("span") {
              Pieces.code(mutant.object)
              " \(mutant.mutation)"
            }
            if let reason = mutant.reason { HTML("span", ["class": "why"]) { reason } }
          }
        }
      }
      Pieces.rest(mutants.count - Self.limit, "mutant")
    }
  }
}
