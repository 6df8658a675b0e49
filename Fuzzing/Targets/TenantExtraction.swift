import Postgres

@testable import SQLSyntax
@testable import Tenants

extension FuzzTarget {
  /// What policies are found to ask is about tables and columns that there are, whoever asks twice
  /// hears the same, and a context made for it is read back.
  ///
  /// An input is a policy's USING, its WITH CHECK, the body of a function and a column's default.
  static let tenantExtraction = FuzzTarget(name: "tenant-extraction") { input in
    let parts = parts(input, 4)
    let catalog = SampleCatalog.with(
      policy: parts[0], check: parts[1].isEmpty ? nil : parts[1], body: parts[2],
      initial: parts[3].isEmpty ? nil : parts[3])
    let model = TenancyModel(catalog: catalog, options: TenancyOptions())
    let found = model.references
    func isThere(_ relation: UInt32, _ column: String) -> Bool {
      catalog.relations[relation]?.column(column) != nil
    }
    try hold(
      found.bindings.allSatisfy { isThere($0.relation, $0.column) },
      "a column is bound that is not there: \(found.bindings)")
    try hold(
      found.equalities.allSatisfy {
        isThere($0.left.relation, $0.left.column) && isThere($0.right.relation, $0.right.column)
      }, "columns are compared that are not there: \(found.equalities)")
    try hold(
      found.asked.values.allSatisfy { $0.allSatisfy { catalog.relations[$0] != nil } },
      "tables are asked that are not there: \(found.asked)")
    try hold(
      found.wishes.allSatisfy { table in table.value.keys.allSatisfy { isThere(table.key, $0) } },
      "columns are wished for that are not there: \(found.wishes)")
    try hold(model.tables.count == catalog.relations.count, "a table has no tenancy")
    let again = TenancyModel(catalog: catalog, options: TenancyOptions())
    try hold(
      again.tables == model.tables && again.references.bindings == found.bindings
        && again.references.asked == found.asked && again.references.wishes == found.wishes,
      "the same catalog is read in two ways")
    try isReadBack(found.bindings.map(\.reading))
  }

  private static func isReadBack(_ readings: [ContextReading]) throws {
    for (setting, all) in Dictionary(grouping: Set(readings), by: \.setting) {
      let paths = Set(all.map(\.path))
      // A member cannot be both a text and an object.
      guard
        !paths.contains(where: { path in paths.contains { $0 != path && $0.starts(with: path) } })
      else { continue }
      let values = paths.sorted { $0.lexicographicallyPrecedes($1) }.enumerated().map {
        ($1, "v\($0)")
      }
      let text = ContextReading.text(of: values.map { (path: $0.0, value: $0.1) })
      for (path, value) in values where !path.isEmpty {
        var node = try SyntaxNode(json: text)
        for name in path { node = node[name] ?? .null }
        try hold(node == .text(value), "\(setting) = \(text) does not say \(value) at \(path)")
      }
    }
  }
}
