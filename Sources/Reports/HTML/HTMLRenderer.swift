/// Shows what checks found as a page: one file that asks nothing of the network.
package struct HTMLRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String {
    let sections = [
      FindingsPart(report).section, IsolationPart(report).section, TenancyPart(report).section,
      ChangePart(report).section, MigrationsPart(report).section, MutantsPart(report).section,
      CoveragePart(report).section, RunsPart(report).section,
    ].compactMap { $0 }
    let page = HTML("html", ["lang": "en"]) {
      head(report)
      HTML("body") {
        HTML("a", ["class": "skip", "href": "#report"]) { "Skip to the report" }
        VerdictPart(report).banner
        HTML("div", ["class": "frame"]) {
          contents(sections)
          HTML("main", ["id": "report", "tabindex": "-1"]) {
            StagesPart(report).section?.markup
            HTML(sections.map(\.markup))
          }
        }
        footer(report)
        HTML("div", ["id": "said", "class": "sr", "role": "status", "aria-live": "polite"])
        HTML("script", holding: .script)
      }
    }
    return "<!DOCTYPE html>\n" + page.markup + "\n"
  }

  private func head(_ report: CheckReport) -> HTML {
    let permissions =
      "default-src 'none'; style-src \(PageFile.style.permission); "
      + "script-src \(PageFile.script.permission); base-uri 'none'; form-action 'none'"
    return HTML("head") {
      HTML("meta", ["charset": "utf-8"])
      HTML("meta", ["http-equiv": "Content-Security-Policy", "content": permissions])
      HTML("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      HTML("meta", ["name": "color-scheme", "content": "light dark"])
      HTML("meta", ["name": "referrer", "content": "no-referrer"])
      HTML("title") {
        "\(Badge(report.verdict).word): \(report.project) – \(report.tool.name) \(report.command)"
      }
      HTML("style", holding: .style)
    }
  }

  private func contents(_ sections: [PageSection]) -> HTML {
    HTML("nav", ["class": "contents", "aria-label": "Parts of the report"]) {
      HTML("ul") { HTML(sections.map(\.link)) }
    }
  }

  private func footer(_ report: CheckReport) -> HTML {
    HTML("footer", ["class": "colophon"]) {
      HTML("p") {
        "Made by \(report.tool.name) \(report.tool.version) from a report of the form "
        Pieces.code(report.schema)
        ". The page holds all it shows and asks nothing of the network."
      }
    }
  }
}
