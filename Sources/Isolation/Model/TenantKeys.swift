internal import Postgres
internal import Synthesis

/// Makes up the ids of two tenants.
struct TenantKeys {
  var catalog: Catalog
  var model: TenancyModel
  var options: IsolationOptions
  var seed: UInt64

  /// Two ids that the root table accepts as keys, or that the tenant columns' type accepts.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func make(on connection: any Connection) throws -> [String] {
    for (oid, tenancy) in model.tables.sorted(by: { $0.key < $1.key }) {
      guard case .root(let column) = tenancy else { continue }
      let goal = SynthesisGoal(owned: [], shared: [oid])
      var synthesizer = RowSynthesizer(catalog: catalog, goal: goal, seed: seed &+ 1)
      try synthesizer.makeRows(on: connection)
      let keys = synthesizer.rows(of: oid, owner: .shared).compactMap { $0.values[column] ?? nil }
      if Set(keys).count >= 2 { return Array(keys.prefix(2)) }
    }
    return [0, 1].map { number in
      var candidates = ValueCandidates(
        ordinal: number, random: SeededGenerator(seed: seed &+ UInt64(number) &+ 2))
      return candidates.values(for: type, hints: []).first ?? String(number + 1)
    }
  }

  /// The type of tenant ids: the one named, else that of the first tenant column.
  private var type: ColumnType {
    let columns = catalog.sortedRelations.compactMap { relation -> Column? in
      guard case .column(let name) = model.tables[relation.oid] else { return nil }
      return relation.column(name)
    }
    if let first = columns.first?.type { return first }
    return ColumnType(named: options.tenantType ?? "text")
  }
}
