/// Where each table of a tenancy stands in its picture, in pixels.
///
/// Layers stand side by side from the root on. Many tables without any of their own behind them
/// become one box in columns, so that the picture of a large schema stays one that can be read.
struct TenancyLayout: Sendable {
  /// A table, or several of them.
  struct Box: Sendable {
    /// What is in it.
    enum Content: Sendable {
      /// One table with its number of partitions; nil for what stands in for a root.
      case table(CheckReport.Isolation.Table?, partitions: Int)
      /// Tables under a title, in columns of so many lines.
      case many([TenancyTree.Node], title: String, lines: Int)
    }

    var x: Int
    var y: Int
    var width: Int
    var height: Int
    var content: Content
  }

  /// A line from a box to one that is isolated through it.
  struct Edge: Sendable {
    var from: Int
    var to: Int
  }

  static let boxWidth = 196
  static let boxHeight = 42
  static let lineHeight = 19
  static let headHeight = 28
  private static let layer = 252
  private static let gap = 10
  private static let foldedFrom = 8

  private(set) var boxes: [Box] = []
  private(set) var edges: [Edge] = []
  private(set) var width = 0
  private(set) var height = 0

  /// The places of a tenancy.
  init(_ tree: TenancyTree) {
    for root in tree.roots {
      _ = place(root, x: 1, y: height + (height > 0 ? Self.gap * 2 : 1))
    }
    aside(tree.global, title: "Global: shared by all tenants")
    aside(tree.exempt, title: "Exempt: left out of the checks")
    width = (boxes.map { $0.x + $0.width }.max() ?? 0) + 2
    height += 2
  }

  private mutating func place(_ node: TenancyTree.Node, x: Int, y: Int) -> Int {
    let own = boxes.count
    boxes.append(
      Box(
        x: x, y: y, width: Self.boxWidth, height: Self.boxHeight,
        content: .table(node.table, partitions: node.partitions)))
    var below = y
    let (single, folded) = Self.fold(node.children)
    for child in single {
      let number = place(child, x: x + Self.layer, y: below)
      edges.append(Edge(from: own, to: number))
      below = max(below, bottom(from: number)) + Self.gap
    }
    for group in folded {
      edges.append(Edge(from: own, to: boxes.count))
      append(group.nodes, title: group.title, x: x + Self.layer, y: below)
      below = bottom(from: boxes.count - 1) + Self.gap
    }
    if let first = edges.first(where: { $0.from == own }),
      let last = edges.last(where: { $0.from == own })
    {
      // A box stands in the middle of those that hang on it.
      let middle = (centre(first.to) + centre(last.to)) / 2
      boxes[own].y = max(y, middle - Self.boxHeight / 2)
    }
    height = max(height, bottom(from: own))
    return own
  }

  private func centre(_ number: Int) -> Int { boxes[number].y + boxes[number].height / 2 }

  private func bottom(from number: Int) -> Int {
    boxes[number...].map { $0.y + $0.height }.max() ?? 0
  }

  private mutating func aside(_ tables: [CheckReport.Isolation.Table], title: String) {
    guard !tables.isEmpty else { return }
    let y = height + (height > 0 ? Self.gap * 2 : 1)
    append(tables.map { TenancyTree.Node(table: $0) }, title: title, x: 1, y: y)
    height = bottom(from: boxes.count - 1)
  }

  private mutating func append(_ nodes: [TenancyTree.Node], title: String, x: Int, y: Int) {
    let columns = nodes.count > 24 ? 3 : nodes.count > 10 ? 2 : 1
    let lines = (nodes.count + columns - 1) / columns
    boxes.append(
      Box(
        x: x, y: y, width: max(columns, 2) * Self.boxWidth,
        height: Self.headHeight + lines * Self.lineHeight + 6,
        content: .many(nodes, title: title, lines: lines)))
  }

  /// Children that stand alone, and those without any of their own that make a box together.
  private static func fold(
    _ children: [TenancyTree.Node]
  ) -> (single: [TenancyTree.Node], folded: [(title: String, nodes: [TenancyTree.Node])]) {
    let ends = Dictionary(grouping: children.filter(\.children.isEmpty)) { node in
      node.table.map { $0.columns.joined(separator: ", ") } ?? ""
    }
    var single = children.filter { !$0.children.isEmpty }
    var folded: [(title: String, nodes: [TenancyTree.Node])] = []
    for (columns, nodes) in ends.sorted(by: { $0.key < $1.key }) {
      if nodes.count >= foldedFrom {
        let through = columns.isEmpty ? "" : " through \(columns)"
        folded.append((title: "\(nodes.count) tables\(through)", nodes: nodes))
      } else {
        single += nodes
      }
    }
    return (single, folded)
  }
}
