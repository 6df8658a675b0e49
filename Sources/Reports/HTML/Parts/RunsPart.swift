/// Earlier runs: how long they took and how they ended.
struct RunsPart: Sendable {
  /// Commands that are drawn.
  static let commands = 8
  /// Runs that are in the table.
  static let limit = 50

  private let report: CheckReport

  /// The runs in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when there were none.
  var section: PageSection? {
    guard !report.runs.isEmpty else { return nil }
    let byCommand = Dictionary(grouping: report.runs, by: \.command)
      .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    return PageSection(
      id: "runs", title: "Runs", note: Figures.number(report.runs.count),
      content: HTML {
        legend
        HTML("div", ["class": "plots"]) {
          for (number, entry) in byCommand.prefix(Self.commands).enumerated() {
            RunPlot(number: number, command: entry.key, runs: entry.value).markup
          }
        }
        Pieces.folded("The runs as a table") { table }
      })
  }

  private var legend: HTML {
    let results = Dictionary(grouping: report.runs, by: \.result).sorted { $0.key < $1.key }
    return HTML("ul", ["class": "legend", "aria-label": "Runs by result"]) {
      for (result, runs) in results.prefix(8) {
        HTML("li") {
          Badge(result: result).markup
          " \(Figures.number(runs.count))"
        }
      }
    }
  }

  private var table: HTML {
    HTML {
      HTML("table", ["class": "runs"]) {
        HTML("thead") {
          HTML("tr") {
            for heading in ["Began", "Command", "Result", "Took", "Commit", "By"] {
              HTML("th", ["scope": "col"]) { heading }
            }
          }
        }
        HTML("tbody") {
          for run in report.runs.suffix(Self.limit).reversed() {
            HTML("tr") {
              HTML("td", ["data-label": "Began"]) { Figures.time(run.startedAt) }
              HTML("td", ["data-label": "Command"]) { Pieces.code(run.command) }
              HTML("td", ["data-label": "Result"]) { Badge(result: run.result).markup }
              HTML("td", ["data-label": "Took"]) { Figures.duration(run.durationMs) }
              HTML("td", ["data-label": "Commit"]) {
                Pieces.code(run.commit.map { String($0.prefix(12)) } ?? "–")
              }
              HTML("td", ["data-label": "By"]) { run.by }
            }
          }
        }
      }
      Pieces.rest(report.runs.count - Self.limit, "run")
    }
  }
}
