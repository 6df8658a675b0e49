internal import Postgres
internal import Synthesis
internal import Tenants

extension Stage {
  /// Adds to tables with natural keys a row of the second tenant whose key is, but for the tenant,
  /// that of the first one's row.
  ///
  /// What looks for rows by such a number or code alone, in a trigger or in a function that runs as
  /// its owner, finds both.
  mutating func addNamesakes() {
    guard !isLive, actsInTheBackground else { return }
    for relation in order {
      guard let row = namesake(in: relation) else { continue }
      namesakes[relation] = row
      synthesizer.add(row)
    }
  }

  private func namesake(in relation: UInt32) -> SyntheticRow? {
    guard let table = catalog.relations[relation], !table.isPartition,
      case .column(let column) = model.tables[relation]
    else { return nil }
    let constraints = catalog.constraints(of: relation)
    let keys = constraints.filter { [.primaryKey, .unique, .exclusion].contains($0.kind) }
    let references = Set(constraints.filter { $0.kind == .foreignKey }.flatMap(\.columns))
    // Another key, which the copy has in common with the row that it is made from, would refuse it.
    guard let key = keys.first, keys.count == 1, key.columns.contains(column),
      let first = synthesizer.rows(of: relation, owner: .tenant(0)).first,
      var row = synthesizer.rows(of: relation, owner: .tenant(1)).first
    else { return nil }
    let shared = key.columns.filter { $0 != column }
    guard !shared.isEmpty, references.isDisjoint(with: shared),
      shared.allSatisfy({ table.column($0)?.type.baseName != "uuid" })
    else { return nil }
    for name in shared { row.values[name] = first.values[name] }
    return row
  }

  /// True when something writes or reads where no policy binds it.
  private var actsInTheBackground: Bool {
    catalog.relations.values.contains(where: \.hasTriggers)
      || catalog.routines.contains(where: \.isSecurityDefiner)
  }
}
