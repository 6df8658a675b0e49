internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Makes up the ids of two tenants.
struct TenantKeys {
  var catalog: Catalog
  var model: TenancyModel
  var options: IsolationOptions
  var seed: UInt64
  /// The tables that are to be probed.
  var targets: Set<UInt32>

  /// Two ids that the root table accepts as keys, or that the tenant columns' type accepts.
  ///
  /// Ids for which partitions were made come first: where there is no default partition, no other
  /// tenant has rows.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func make(on connection: any Connection) throws -> [String] {
    let listed = try PartitionTenants(catalog: catalog, model: model, targets: targets)
      .ids(on: connection)
    for (oid, tenancy) in model.tables.sorted(by: { $0.key < $1.key }) {
      guard case .root(let column) = tenancy else { continue }
      let attempts = proposals.map { [column: $0] } + [[:]]
      for proposals in attempts {
        var goal = SynthesisGoal(owned: [], shared: [oid])
        goal.proposals[oid] = proposals
        var synthesizer = RowSynthesizer(catalog: catalog, goal: goal, seed: seed &+ 1)
        try synthesizer.makeRows(on: connection)
        let keys = synthesizer.rows(of: oid, owner: .shared).compactMap { $0.values[column] ?? nil }
        guard Set(keys).count >= 2 else { continue }
        // Where the table refuses these the last attempt, without any, may still do.
        guard proposals[column].map({ Set(keys.prefix(2)).isSubset(of: $0) }) != false else {
          continue
        }
        return pair(try accepted(listed, by: oid, column, &synthesizer, connection), keys)
      }
    }
    if let long = proposals.first { return pair(listed, long) }
    let natural = [0, 1].map { number in
      var candidates = ValueCandidates(
        ordinal: number, random: SeededGenerator(seed: seed &+ UInt64(number) &+ 2))
      return candidates.values(for: type, hints: []).first ?? String(number + 1)
    }
    return pair(listed, natural)
  }

  private func pair(_ preferred: [String], _ others: [String]) -> [String] {
    Array((preferred + others.filter { !preferred.contains($0) }).prefix(2))
  }

  /// Those of `ids` that a row of the root table may have.
  private func accepted(
    _ ids: [String], by root: UInt32, _ column: String, _ synthesizer: inout RowSynthesizer,
    _ connection: any Connection
  ) throws -> [String] {
    guard !ids.isEmpty else { return [] }
    let rows = try synthesizer.makeRows(
      for: ids.map {
        RowSynthesizer.Wish(
          relation: root, owner: .shared, condition: "true", choices: [column: [$0]])
      }, on: connection)
    return zip(ids, rows).filter { $0.1 != nil }.map(\.0)
  }

  /// Two texts each of which is longer than the lengths at which people cut ids, the longest pair
  /// first; none where ids are no texts.
  private var proposals: [[String]] {
    guard ["text", "varchar", "bpchar", "citext"].contains(type.baseName) else { return [] }
    var random = SeededGenerator(seed: seed &+ 4)
    return [24, 16, 12].filter { $0 <= longest }.map { length in
      [0, 1].map { "t" + random.letters(length - 2) + String($0) }
    }
  }

  /// How long an id may be in all tables, as far as types and CHECKs say.
  private var longest: Int {
    var limits: [Int] = []
    for relation in catalog.sortedRelations {
      let name: String
      switch model.tables[relation.oid] {
      case .root(let column), .column(let column): name = column
      default: continue
      }
      guard let column = relation.column(name) else { continue }
      if column.type.modifier > 4, ["varchar", "bpchar"].contains(column.type.baseName) {
        limits.append(column.type.modifier - 4)
      }
      var hints = HintCollector()
      for check in column.type.domain.map({ catalog.checks(ofDomain: $0) }) ?? [] {
        hints.collect(check, valueColumn: name)
      }
      for constraint in catalog.constraints(of: relation.oid) where constraint.kind == .check {
        hints.collect(constraint.expression ?? "")
      }
      for case .length(let length) in hints.hints[name] ?? [] where length > 4 {
        limits.append(length)
      }
    }
    return limits.min() ?? .max
  }

  /// The type of tenant ids: the one named, else that of the first tenant column.
  private var type: ColumnType {
    let columns = catalog.sortedRelations.compactMap { relation -> Column? in
      switch model.tables[relation.oid] {
      case .root(let name), .column(let name): relation.column(name)
      default: nil
      }
    }
    if let first = columns.first?.type { return first }
    return ColumnType(named: options.tenantType ?? "text")
  }
}
