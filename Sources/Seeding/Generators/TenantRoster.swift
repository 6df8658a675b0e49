internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// The tenants that get rows: those that are named, and new ones whose ids every table takes.
struct TenantRoster {
  let catalog: Catalog
  let model: TenancyModel
  let options: GenerationOptions

  /// The tenants' ids, and which of them are in the table of tenants already.
  struct Tenants {
    var ids: [String]
    var known: [Bool]
  }

  /// The table of tenants with its key.
  var root: (relation: Relation, column: Column)? {
    for relation in catalog.sortedRelations {
      if case .root(let name) = model.tables[relation.oid], let column = relation.column(name) {
        return (relation, column)
      }
    }
    return nil
  }

  /// A column that holds tenants' ids.
  private var exemplar: (relation: Relation, column: Column)? {
    if let root { return root }
    for relation in catalog.sortedRelations where !relation.isPartition {
      if case .column(let name) = model.tables[relation.oid], let column = relation.column(name) {
        return (relation, column)
      }
    }
    return nil
  }

  /// - Throws: `SeedError` when no table belongs to tenants, or no ids are found; `PostgresError`.
  func tenants(on connection: any Connection) throws -> Tenants {
    var ids = try SeedPlan.distinct(options.tenants)
    guard let (relation, column) = exemplar else {
      guard ids.isEmpty, options.newTenants == 0 else {
        throw SeedError(
          .noTenants, "no table of this database belongs to tenants",
          remedy: "Name the column that holds the tenant's id: tenancy.column in dbtool.yaml.")
      }
      return Tenants(ids: [], known: [])
    }
    if options.newTenants > 0 {
      ids += try made(options.newTenants, besides: ids, relation, column, on: connection)
    }
    var known = ids.map { _ in false }
    if let root, !ids.isEmpty {
      let table = try SQLIdentifier.readable(schema: root.relation.schema, name: root.relation.name)
      let name = try SQLIdentifier.readable(root.column.name)
      let found = try connection.execute(
        "SELECT \(name)::text FROM \(table) WHERE \(name)::text = ANY ($1::text[])",
        [.text(PostgresArray.text(of: ids))]
      ).rows.compactMap { $0[0] }
      known = ids.map { id in found.contains { $0.utf8.elementsEqual(id.utf8) } }
    }
    return Tenants(ids: ids, known: known)
  }

  private func made(
    _ count: Int, besides given: [String], _ relation: Relation, _ column: Column,
    on connection: any Connection
  ) throws -> [String] {
    let table = try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
    let name = try SQLIdentifier.readable(column.name)
    let isWhole = ["int2", "int4", "int8"].contains(column.type.baseName)
    let start = try connection.execute(
      "SELECT count(DISTINCT \(name)), \(isWhole ? "coalesce(max(\(name)), 0)" : "0") FROM \(table)"
    ).rows.first
    var proposals = ColumnProposals(
      column: column, table: relation.name, hints: hints(of: column.name), today: options.today,
      isDistinct: true, rows: count + given.count,
      random: SeededGenerator(seed: options.seed))
    var sources = proposals.sources()
    if isWhole {
      let next = (start?.int(1) ?? 0) + 1
      sources = [.counter(.init(start: next)), .counter(.init(start: next + 1_000))]
    }
    var recipe = TableRecipe(relation: relation, ownership: .tenants, seed: options.seed)
    recipe.base = isWhole ? 0 : (start?.int(0) ?? 0)
    let constants = proposals.candidates(ordinals: 0..<8).map { ValueSource.list(ValueList([$0])) }
    recipe.columns = (sources + constants).map {
      ColumnRecipe(name: column.name, source: $0, number: column.number)
    }
    let writer = RowWriter(
      RowModel(recipes: [recipe], counts: [RowCounts([count])], tenants: [], pools: []))
    let places = Array(Set([0, 1, 2, 9, 10, count / 2, count - 2, count - 1].map { max($0, 0) }))
      .sorted()
    let samples = recipe.columns.indices.map { index in
      places.map { ordinal in
        writer.value(index, of: 0, writer.place(0, tenant: 0, ordinal: ordinal)).map {
          String(decoding: $0, as: UTF8.self)
        }
      }
    }
    let right = try judged(samples, on: connection)
    if let best = right.first(where: { $0 < sources.count }) {
      let ids = (0..<(count + given.count)).compactMap { ordinal in
        writer.value(best, of: 0, writer.place(0, tenant: 0, ordinal: ordinal)).map {
          String(decoding: $0, as: UTF8.self)
        }
      }
      return Array(ids.filter { !given.contains($0) }.prefix(count))
    }
    let values = right.compactMap { samples[$0][0] }.filter { !given.contains($0) }
    guard values.count >= count else {
      throw SeedError(
        .unfillable,
        "\(values.count) ids were found for \(count) tenants that every table takes",
        remedy: "Name tenants with --tenant, or ask for fewer.")
    }
    return Array(values.prefix(count))
  }

  /// What CHECKs and bounds of partitions say about the columns of tenants.
  private func hints(of rootColumn: String) -> [ColumnHint] {
    var found: [ColumnHint] = []
    for relation in catalog.sortedRelations {
      guard let name = tenantColumn(relation), let column = relation.column(name) else { continue }
      var hints = HintCollector()
      for constraint in catalog.constraints(of: relation.oid) where constraint.kind == .check {
        hints.collect(constraint.expression ?? "")
      }
      for check in column.type.domain.map({ catalog.checks(ofDomain: $0) }) ?? [] {
        hints.collect(check, valueColumn: name)
      }
      for bound in catalog.bounds(of: relation) { hints.collect(bound) }
      for hint in hints.hints[name] ?? [] where !found.contains(hint) { found.append(hint) }
    }
    return found
  }

  private func tenantColumn(_ relation: Relation) -> String? {
    switch model.tables[relation.oid] {
    case .root(let name), .column(let name): name
    default: nil
    }
  }

  /// The places of the proposals that all tables take, as far as the tenant's column alone decides.
  private func judged(_ samples: [[String?]], on connection: any Connection) throws -> [Int] {
    var questions: [SampleJudge.Question] = []
    for relation in catalog.sortedRelations where !relation.isPartition {
      guard let name = tenantColumn(relation) else { continue }
      for group in try ConstraintGroup.groups(of: relation, catalog: catalog, open: [name])
      where group.columns == [name] {
        questions.append(
          .init(
            relation: relation, group: group,
            alternatives: [
              samples.enumerated().map { .init(samples: $0.element, cost: $0.offset) }
            ]))
      }
    }
    var right = Set(samples.indices)
    for answer in try SampleJudge().judge(questions, on: connection) {
      right.formIntersection((try? answer.get())?.map { $0[0] } ?? [])
    }
    return right.sorted()
  }
}
