/// Which table is isolated through which, as trees.
struct TenancyTree: Sendable {
  /// A table and those that are isolated through it.
  struct Node: Sendable {
    /// The table; nil for what stands in for a root that is not there.
    var table: CheckReport.Isolation.Table?
    /// How many partitions it has.
    var partitions = 0
    /// Those isolated through it.
    var children: [Node] = []
  }

  /// The trees.
  private(set) var roots: [Node] = []
  /// Tables whose rows belong to no tenant.
  private(set) var global: [CheckReport.Isolation.Table] = []
  /// Tables that are left out of the checks.
  private(set) var exempt: [CheckReport.Isolation.Table] = []

  /// Trees of tables; partitions count as their table.
  ///
  /// Whatever a report says, each table has one place: one whose parent is not there, or that
  /// would be its own ancestor, hangs on the first root.
  init(_ tables: [CheckReport.Isolation.Table]) {
    let names = Set(tables.map(\.name))
    var partitions: [String: Int] = [:]
    var roots: [CheckReport.Isolation.Table] = []
    var others: [CheckReport.Isolation.Table] = []
    for table in tables {
      if let whole = table.partitionOf, names.contains(whole), whole != table.name {
        partitions[whole, default: 0] += 1
        continue
      }
      switch table.tenancy {
      case "root": roots.append(table)
      case "global": global.append(table)
      case "exempt": exempt.append(table)
      default: others.append(table)
      }
    }
    guard !roots.isEmpty || !others.isEmpty else { return }
    let children = Dictionary(grouping: others) { $0.parent ?? "" }
    var left = Set(others.map(\.name))
    var made = roots.map { root in
      Node(
        table: root, partitions: partitions[root.name] ?? 0,
        children: Self.descendants(of: root.name, children, partitions, &left))
    }
    if made.isEmpty { made = [Node(table: nil)] }
    // Those with a parent come under it, wherever that hangs: first all whose parent is not here.
    let lost = others.filter { table in table.parent.map { !left.contains($0) } ?? true }
    for table in lost + others where left.contains(table.name) {
      left.remove(table.name)
      made[0].children.append(
        Node(
          table: table, partitions: partitions[table.name] ?? 0,
          children: Self.descendants(of: table.name, children, partitions, &left)))
    }
    self.roots = made
  }

  private static func descendants(
    of name: String, _ children: [String: [CheckReport.Isolation.Table]],
    _ partitions: [String: Int], _ left: inout Set<String>
  ) -> [Node] {
    var nodes: [Node] = []
    for table in children[name] ?? [] where left.remove(table.name) != nil {
      nodes.append(
        Node(
          table: table, partitions: partitions[table.name] ?? 0,
          children: descendants(of: table.name, children, partitions, &left)))
    }
    return nodes
  }
}
