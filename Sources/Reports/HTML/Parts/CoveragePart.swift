/// How much was tried, and what was not.
struct CoveragePart: Sendable {
  /// Gaps that are shown.
  static let limit = 100

  private let report: CheckReport

  /// The coverage in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when nothing was to be tried.
  var section: PageSection? {
    guard let isolation = report.isolation,
      !isolation.coverage.isEmpty || !isolation.gaps.isEmpty
    else { return nil }
    let open = isolation.gaps.filter(\.isOpen)
    let closed = isolation.gaps.filter { !$0.isOpen }
    return PageSection(
      id: "coverage", title: "Coverage",
      note: open.isEmpty ? nil : Figures.count(open.count, "gap"), tone: .doubt,
      content: HTML {
        HTML("ul", ["class": "coverage"]) {
          HTML(isolation.coverage.map(line))
        }
        if !open.isEmpty {
          HTML("h3") { "Gaps where a hole may be" }
          gaps(open)
        }
        if !closed.isEmpty {
          Pieces.folded("\(Figures.count(closed.count, "thing")) not tried for a good reason") {
            gaps(closed)
          }
        }
      })
  }

  private func line(_ coverage: CheckReport.Isolation.Coverage) -> HTML {
    let all = coverage.probed + coverage.notProbed
    return HTML("li") {
      HTML("span") { coverage.kind }
      Pieces.bar(coverage.probed, of: all, tone: coverage.notProbed == 0 ? .good : .doubt)
      HTML("span", ["class": "took"]) {
        all == 0
          ? "none there"
          : "\(Figures.number(coverage.probed)) of \(Figures.number(all))"
      }
    }
  }

  private func gaps(_ gaps: [CheckReport.Isolation.Gap]) -> HTML {
    HTML {
      HTML("ul", ["class": "gaps"]) {
        for gap in gaps.prefix(Self.limit) {
          HTML("li") {
            HTML("span") {
              "\(gap.kind) "
              Pieces.code(gap.object)
            }
            HTML("span", ["class": "why"]) { gap.reason }
          }
        }
      }
      Pieces.rest(gaps.count - Self.limit, "gap")
    }
  }
}
