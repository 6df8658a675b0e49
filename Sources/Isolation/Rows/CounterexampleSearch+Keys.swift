internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

extension CounterexampleSearch {
  /// Looks for rows of the second tenant that take part in keys which do not take every row: those
  /// over expressions, over columns that may be NULL, and over a part of the rows.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func searchKeys(
    _ targets: [Relation], synthesizer: inout RowSynthesizer, on connection: any Connection,
    into found: inout [UInt32: Found]
  ) throws {
    var wishes: [(key: Constraint, wish: RowSynthesizer.Wish)] = []
    for relation in targets {
      guard let column = tenantColumn(of: relation) else { continue }
      for key in catalog.constraints(of: relation.oid)
      where key.holdsSomeRows(of: relation) && !key.involvedColumns.contains(column) {
        wishes.append(
          (
            key,
            RowSynthesizer.Wish(
              relation: relation.oid, owner: .tenant(1), condition: key.expression ?? "true")
          ))
      }
    }
    guard !wishes.isEmpty else { return }
    let rows = try synthesizer.makeRows(for: wishes.map(\.wish), on: connection)
    for ((key, wish), row) in zip(wishes, rows) {
      if let row { found[wish.relation, default: Found()].keyed[key.name] = row }
    }
  }

  private func tenantColumn(of relation: Relation) -> String? {
    switch tenancy[relation.oid] {
    case .root(let name), .column(let name): name
    default: nil
    }
  }
}

extension Constraint {
  /// The columns of a key, those of its expressions and of its condition included.
  var involvedColumns: Set<String> {
    guard let expression, let tree = try? SyntaxTree.expression(expression) else {
      return Set(columns)
    }
    var names = Set(columns)
    tree.walk { node in
      if let fields = node["ColumnRef"]?["fields"]?.elements,
        let name = fields.last?["String"]?["sval"]?.text
      {
        names.insert(name)
      }
    }
    return names
  }

  /// True for a key that a row may not take part in, so that an ordinary row shows nothing.
  func holdsSomeRows(of relation: Relation) -> Bool {
    guard [.unique, .exclusion].contains(kind), expression != nil else { return false }
    if involvedColumns != Set(columns) || definition.contains(" WHERE ") { return true }
    return columns.contains { relation.column($0)?.isNotNull == false }
  }
}
