/// The picture of a tenancy.
struct TenancyDrawing: Sendable {
  private let layout: TenancyLayout
  private let names: TableNames

  /// A picture of trees.
  init(_ tree: TenancyTree, names: TableNames) {
    layout = TenancyLayout(tree)
    self.names = names
  }

  /// The picture; readers who do not see it get the list that stands beside it.
  var markup: HTML {
    HTML(
      "svg",
      [
        "class": "tenancy", "viewBox": "0 0 \(layout.width) \(layout.height)",
        "width": "\(layout.width)", "height": "\(layout.height)", "role": "img",
        "aria-label": "Tables from the root of tenants on; the list below says the same",
      ]
    ) {
      HTML(layout.edges.map(edge))
      HTML(layout.boxes.map(box))
    }
  }

  private func edge(_ edge: TenancyLayout.Edge) -> HTML {
    let from = layout.boxes[edge.from]
    let to = layout.boxes[edge.to]
    let start = (x: from.x + from.width, y: from.y + from.height / 2)
    let end = (x: to.x, y: to.y + to.height / 2)
    let middle = (start.x + end.x) / 2
    return HTML(
      "path",
      [
        "class": "edge",
        "d": "M\(start.x) \(start.y)C\(middle) \(start.y) \(middle) \(end.y) \(end.x) \(end.y)",
      ])
  }

  private func box(_ box: TenancyLayout.Box) -> HTML {
    switch box.content {
    case .table(let table, let partitions): single(table, partitions, box)
    case .many(let nodes, let title, let lines): many(nodes, title, lines, box)
    }
  }

  private func single(
    _ table: CheckReport.Isolation.Table?, _ partitions: Int, _ box: TenancyLayout.Box
  ) -> HTML {
    let state = table.map(Self.state) ?? .plain
    let isRoot = table.map { $0.tenancy == "root" } ?? true
    let name = table.map { names.short($0.name) } ?? "the tenant"
    let folded = partitions > 0 ? " · \(partitions) partitions" : ""
    let detail = table.map { isRoot ? "root of tenants" : $0.columns.joined(separator: ", ") }
    return HTML("g", ["class": "box \(state.rawValue)\(isRoot ? " root" : "")"]) {
      HTML("title") { table.map { "\($0.name): \(names.way($0))\(folded)" } ?? name }
      frame(box)
      text(Self.fit(name, 21), x: box.x + 12, y: box.y + 18, as: "name")
      text(
        Self.fit((detail ?? "no root table") + folded, 26), x: box.x + 12, y: box.y + 33,
        as: "detail")
      mark(state, x: box.x + box.width - 18, y: box.y + 18)
    }
  }

  private func many(
    _ nodes: [TenancyTree.Node], _ title: String, _ lines: Int, _ box: TenancyLayout.Box
  ) -> HTML {
    let column = box.width / ((nodes.count + lines - 1) / lines)
    return HTML("g", ["class": "box many"]) {
      frame(box)
      text(Self.fit(title, 54), x: box.x + 12, y: box.y + 18, as: "detail")
      for (place, node) in nodes.enumerated() {
        if let table = node.table {
          let x = box.x + place / lines * column + 12
          let y = box.y + TenancyLayout.headHeight + place % lines * TenancyLayout.lineHeight + 12
          HTML("g", ["class": Self.state(table).rawValue]) {
            HTML("title") { "\(table.name): \(names.way(table))" }
            mark(Self.state(table), x: x, y: y)
            let folded = node.partitions > 0 ? " · \(node.partitions) partitions" : ""
            text(
              Self.fit(names.short(table.name) + folded, column / 8 - 3), x: x + 16, y: y,
              as: "name")
          }
        }
      }
    }
  }

  private func frame(_ box: TenancyLayout.Box) -> HTML {
    HTML(
      "rect",
      [
        "x": "\(box.x)", "y": "\(box.y)", "width": "\(box.width)", "height": "\(box.height)",
        "rx": "8",
      ])
  }

  private func text(_ text: String, x: Int, y: Int, as kind: String) -> HTML {
    HTML("text", ["class": kind, "x": "\(x)", "y": "\(y)"]) { text }
  }

  private func mark(_ state: Tone, x: Int, y: Int) -> HTML? {
    let symbol: String
    switch state {
    case .bad: symbol = "✕"
    case .doubt: symbol = "?"
    case .good: symbol = "✓"
    case .info, .plain: return nil
    }
    return HTML("text", ["class": "mark", "x": "\(x)", "y": "\(y)"]) { symbol }
  }

  private static func state(_ table: CheckReport.Isolation.Table) -> Tone {
    let verdicts = table.operations.values
    if verdicts.contains(.leak) { return .bad }
    if verdicts.contains(.inconclusive) || verdicts.contains(.denied) { return .doubt }
    return verdicts.contains(.isolated) ? .good : .plain
  }

  /// A text that fits: its beginning and its end, since names of tables differ in both.
  static func fit(_ text: String, _ limit: Int) -> String {
    let shown = VisibleText.line(text)
    guard shown.count > limit else { return shown }
    let end = limit / 3
    return "\(shown.prefix(limit - end - 1))…\(shown.suffix(end))"
  }
}
