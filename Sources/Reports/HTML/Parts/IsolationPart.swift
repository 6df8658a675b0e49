/// Which tenant can reach which rows, as a heat map.
struct IsolationPart: Sendable {
  private let report: CheckReport

  /// The isolation in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when no table was looked at.
  var section: PageSection? {
    guard let isolation = report.isolation, !isolation.tables.isEmpty else { return nil }
    let rows = MatrixRow.rows(isolation.tables)
    let names = TableNames(isolation.tables.map(\.name))
    let leaks = rows.count { row in row.first.operations.values.contains(.leak) }
    let looks = rows.count { $0.needsLook }
    return PageSection(
      id: "isolation", title: "Isolation",
      note: looks > 0 ? Figures.number(looks) : Figures.number(isolation.tables.count),
      tone: leaks > 0 ? .bad : looks > 0 ? .doubt : .good,
      content: HTML {
        HTML("p", ["class": "lead"]) { lead(isolation) }
        legend(rows)
        filter(looks)
        matrix(rows, names)
        HTML("p", ["class": "none nothing-left", "hidden": ""]) { "No table is like that." }
        TableTroubles(rows: rows, names: names).markup
        panel
        HTML(
          json: JSON.line(
            PanelData(
              rows: rows, names: names, report: report, shown: FindingsPart(report).shownWhole)),
          id: "cells")
      })
  }

  private func lead(_ isolation: CheckReport.Isolation) -> HTML {
    HTML {
      "\(Figures.count(isolation.probes, "probe")) on "
      "\(Figures.count(isolation.tables.count, "table")) as "
      for (place, role) in isolation.roles.enumerated() {
        if place > 0 { ", " }
        Pieces.code(role)
      }
      if !isolation.reachable.isEmpty { "; they can become " }
      for (place, reachable) in isolation.reachable.enumerated() {
        if place > 0 { ", " }
        Pieces.code(reachable.role)
        " (\(reachable.through.joined(separator: " → ")))"
      }
      ". A cell shows the worst verdict of all roles."
      HTML("span", ["class": "scripted", "hidden": ""]) {
        " Choose a cell to see what was tried: arrow keys move, Enter opens."
      }
    }
  }

  private func legend(_ rows: [MatrixRow]) -> HTML {
    let cells = rows.flatMap { row in CheckReport.Isolation.operations.map { row.verdict($0) } }
    return HTML("ul", ["class": "legend", "aria-label": "Cells by verdict"]) {
      for verdict in CheckReport.Isolation.Verdict.allCases {
        let count = cells.count { $0 == verdict }
        if count > 0 {
          HTML("li") {
            Badge(verdict).markup
            " \(Figures.number(count))"
          }
        }
      }
    }
  }

  private func filter(_ looks: Int) -> HTML {
    HTML(
      "div",
      [
        "class": "filter", "id": "table-filter", "hidden": "", "role": "group",
        "aria-label": "Which tables are shown",
      ]
    ) {
      if looks > 0 {
        HTML("button", ["type": "button", "aria-pressed": "false", "data-only": "look"]) {
          "Only what needs a look (\(Figures.number(looks)))"
        }
      }
      HTML("label") {
        HTML("span", ["class": "sr"]) { "Text in names of tables" }
        HTML("input", ["type": "search", "placeholder": "Filter tables", "autocomplete": "off"])
      }
    }
  }

  private func matrix(_ rows: [MatrixRow], _ names: TableNames) -> HTML {
    HTML(
      "table",
      ["class": "matrix", "id": "matrix", "aria-label": "Isolation by table and operation"]
    ) {
      HTML("thead") {
        HTML("tr") {
          HTML("th", ["scope": "col"]) { "Table" }
          HTML("th", ["scope": "col", "class": "way"]) { "Isolated through" }
          for operation in CheckReport.Isolation.operations {
            HTML("th", ["scope": "col"]) { operation }
          }
        }
      }
      HTML("tbody") {
        HTML(rows.map { line($0, names) })
      }
    }
  }

  private func line(_ row: MatrixRow, _ names: TableNames) -> HTML {
    HTML("tr", ["data-look": row.needsLook ? "" : nil]) {
      HTML("th", ["scope": "row"]) {
        if let parent = row.first.partitionOf {
          HTML("span", ["class": "part-of"]) {
            row.tables.count > 1
              ? "\(Figures.number(row.tables.count)) partitions of \(names.short(parent))"
              : names.short(row.first.name)
          }
        } else {
          names.short(row.first.name)
        }
      }
      HTML("td", ["class": "way"]) { names.way(row.first) }
      for operation in CheckReport.Isolation.operations {
        cell(row, operation)
      }
    }
  }

  private func cell(_ row: MatrixRow, _ operation: String) -> HTML {
    guard let verdict = row.verdict(operation) else {
      return HTML("td", ["class": "cell unknown"]) { "not tried" }
    }
    return HTML("td", ["class": "cell \(verdict.rawValue)"]) {
      HTML("span") { Badge(verdict).word }
      if row.differs(operation) { HTML("i") { ", roles differ" } }
    }
  }

  private var panel: HTML {
    HTML("dialog", ["id": "panel", "aria-labelledby": "panel-title"]) {
      HTML("div", ["class": "panel-head"]) {
        HTML("h3", ["id": "panel-title", "tabindex": "-1"]) { "Cell" }
        HTML("button", ["type": "button", "class": "close", "aria-label": "Close"]) { "✕" }
      }
      HTML("div", ["class": "panel-body"])
      HTML("div", ["class": "sr", "role": "status", "aria-live": "polite"])
    }
  }
}
