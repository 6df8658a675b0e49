/// Which table is isolated through which, as a picture and as a list.
struct TenancyPart: Sendable {
  private let report: CheckReport

  /// The tenancy in a report.
  init(_ report: CheckReport) { self.report = report }

  /// The part; nil when no table was looked at.
  var section: PageSection? {
    guard let tables = report.isolation?.tables, !tables.isEmpty else { return nil }
    let names = TableNames(tables.map(\.name))
    let tree = TenancyTree(tables)
    return PageSection(
      id: "tenancy", title: "Tenancy", note: nil,
      content: HTML {
        HTML("p", ["class": "lead"]) {
          "Whose a row is, each table knows through the one to its left."
        }
        HTML(
          "div",
          [
            "class": "scroll", "role": "region", "tabindex": "0",
            "aria-label": "Picture of the tenancy",
          ]
        ) {
          TenancyDrawing(tree, names: names).markup
        }
        Pieces.folded("The picture as a list") {
          list(tree.roots, names)
          aside("Global: shared by all tenants", tree.global, names)
          aside("Exempt: left out of the checks", tree.exempt, names)
        }
      })
  }

  private func list(_ nodes: [TenancyTree.Node], _ names: TableNames) -> HTML? {
    guard !nodes.isEmpty else { return nil }
    return HTML("ul", ["class": "outline"]) {
      for node in nodes {
        HTML("li") {
          if let table = node.table {
            Pieces.code(names.short(table.name))
            HTML("span", ["class": "why"]) { " \(names.way(table))\(partitions(node.partitions))" }
          } else {
            "the tenant (no table is its root)"
          }
          list(node.children, names)
        }
      }
    }
  }

  private func partitions(_ count: Int) -> String {
    count > 0 ? ", \(Figures.count(count, "partition"))" : ""
  }

  private func aside(
    _ title: String, _ tables: [CheckReport.Isolation.Table], _ names: TableNames
  ) -> HTML? {
    guard !tables.isEmpty else { return nil }
    return HTML {
      HTML("p") { title }
      HTML("ul", ["class": "outline"]) {
        for table in tables { HTML("li") { Pieces.code(names.short(table.name)) } }
      }
    }
  }
}
