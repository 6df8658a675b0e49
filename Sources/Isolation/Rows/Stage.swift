internal import Instrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// The open transaction with the rows of two tenants in it.
///
/// Tables are filled in the order of their foreign keys, with a savepoint before each. Probes run
/// in the opposite order, and after each table its rows are taken away by going back to its
/// savepoint: so nothing refers to a table's rows while they are probed, and a DELETE is stopped by
/// policies only.
struct Stage {
  let catalog: Catalog
  let model: TenancyModel
  /// The ids of the two tenants.
  let tenants: [String]
  var synthesizer: RowSynthesizer
  var placed: [UInt32: [Int: [PlacedRow]]] = [:]
  private var savepoints: [UInt32: String] = [:]
  /// Rows that the policies' expressions open to the other tenant.
  var counterexamples: [UInt32: CounterexampleSearch.Found] = [:]

  init(
    catalog: Catalog, model: TenancyModel, options: IsolationOptions, targets: [UInt32],
    seed: UInt64, connection: any Connection
  ) throws {
    self.catalog = catalog
    self.model = model
    let owned = Self.closure(of: targets, catalog: catalog, model: model)
    tenants = try TenantKeys(catalog: catalog, model: model, options: options, seed: seed)
      .make(on: connection)
    var goal = SynthesisGoal(owned: owned, shared: [], tenants: tenants)
    for relation in owned {
      switch model.tables[relation] {
      case .root(let column):
        goal.tenantColumns[relation] = column
        goal.singletons.insert(relation)
      case .column(let column): goal.tenantColumns[relation] = column
      case .parent(let key, _): goal.ownership[relation] = [key]
      default: continue
      }
    }
    synthesizer = RowSynthesizer(catalog: catalog, goal: goal, seed: seed)
    try synthesizer.makeRows(on: connection)
  }

  /// The targets and the tables with tenants' rows that they refer to.
  private static func closure(
    of targets: [UInt32], catalog: Catalog, model: TenancyModel
  ) -> Set<UInt32> {
    var result = Set(targets)
    var open = targets
    let keys = Dictionary(
      grouping: catalog.constraints.filter { $0.kind == .foreignKey }, by: \.relation)
    while let relation = open.popLast() {
      for key in keys[relation, default: []]
      where model.tables[key.referencedRelation]?.isOwned == true
        && result.insert(key.referencedRelation).inserted
      {
        open.append(key.referencedRelation)
      }
    }
    return result
  }

  // MARK: - Placing rows

  /// Inserts the rows; tables that refuse theirs become obstacles.
  mutating func place(on connection: any Connection) throws {
    var rest = synthesizer.order.relations
    while !rest.isEmpty {
      var statements: [PipelineStatement] = []
      var owners: [(relation: UInt32, row: SyntheticRow?)] = []
      for relation in rest {
        let name = "dbtool_table_\(relation)"
        savepoints[relation] = name
        statements.append(PipelineStatement("SAVEPOINT \(name)"))
        owners.append((relation, nil))
        for row in rows(toPlaceIn: relation) {
          guard let target = catalog.relations[relation] else { continue }
          var statement = try row.insertion(into: target)
          statement.sql += " RETURNING tableoid::text, ctid::text"
          statements.append(statement)
          owners.append((relation, row))
        }
      }
      let outcomes = try connection.pipeline(statements)
      rest = try accept(outcomes, owners, after: rest, on: connection)
    }
  }

  /// Takes note of the rows that were placed, and gives back the tables that are still to be
  /// filled.
  private mutating func accept(
    _ outcomes: [PipelineOutcome], _ owners: [(relation: UInt32, row: SyntheticRow?)],
    after rest: [UInt32], on connection: any Connection
  ) throws -> [UInt32] {
    for (index, outcome) in outcomes.enumerated() {
      let (relation, row) = owners[index]
      if let error = outcome.error {
        if error.sqlState == .readOnlyTransaction || error.sqlState == .lockNotAvailable {
          throw error
        }
        try giveUp(relation, Obstacle("a row could not be inserted: \(error)"), on: connection)
        return Array(rest.drop { $0 != relation }.dropFirst())
      }
      guard let row, let result = outcome.result else { continue }
      guard let stored = result.rows.first else {
        try giveUp(
          relation, Obstacle("a trigger or rule dropped the row that was inserted"), on: connection)
        return Array(rest.drop { $0 != relation }.dropFirst())
      }
      guard case .tenant(let tenant) = row.owner else { continue }
      placed[relation, default: [:]][tenant, default: []].append(
        PlacedRow(row: row, storage: stored.text(0), place: stored.text(1)))
    }
    return []
  }

  private mutating func giveUp(
    _ relation: UInt32, _ obstacle: Obstacle, on connection: any Connection
  ) throws {
    if let name = savepoints[relation] {
      try connection.execute("ROLLBACK TO SAVEPOINT \(name)")
    }
    synthesizer.block(relation, obstacle)
    placed[relation] = nil
    // What refers to the missing rows cannot be filled either.
    var open = [relation]
    while let parent = open.popLast() {
      for key in catalog.constraints
      where key.kind == .foreignKey && key.referencedRelation == parent && needsParent(key)
        && synthesizer.obstacles[key.relation] == nil
      {
        let name = catalog.relations[parent]?.displayName ?? "?"
        synthesizer.block(
          key.relation,
          Obstacle("foreign key \(key.name) needs a row of \(name), which could not be made"))
        open.append(key.relation)
      }
    }
  }

  private func needsParent(_ key: Constraint) -> Bool {
    guard key.relation != key.referencedRelation else { return false }
    let row = synthesizer.owners(of: key.relation).lazy
      .compactMap { synthesizer.rows(of: key.relation, owner: $0).first }.first
    return row.map { row in key.columns.allSatisfy { (row.values[$0] ?? nil) != nil } } ?? false
  }

  private func rows(toPlaceIn relation: UInt32) -> [SyntheticRow] {
    guard synthesizer.obstacles[relation] == nil else { return [] }
    return synthesizer.owners(of: relation).flatMap {
      synthesizer.rows(of: relation, owner: $0).dropLast()
    }
  }

  // MARK: - Probing

  /// Probes in a session that has had no tenant context yet, so before any other probe.
  func probeUnset(
    _ targets: [Relation], as actor: Actor, client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    let probes = try targets.flatMap { relation -> [Probe] in
      guard let factory = try factory(relation, actor) else { return [] }
      return try factory.probesOfNobody(context: .unset)
    }
    let outcomes = try client.rehearse(probes.map { .trial($0.trial) })
    return try judged(probes, outcomes)
  }

  /// Probes in the tenants' contexts and takes each table's rows away afterwards.
  mutating func probeInContext(
    _ targets: [Relation], as actors: [Actor], client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    let wanted = Dictionary(uniqueKeysWithValues: targets.map { ($0.oid, $0) })
    var steps: [RehearsalStep] = []
    var probes: [Probe] = []
    var outcomes: [TrialOutcome] = []
    for relation in synthesizer.order.relations.reversed() {
      if let target = wanted[relation] {
        if counterexamples[relation]?.placed.isEmpty == false {
          // Their places must be known before probes can look at them.
          outcomes += try client.rehearse(steps)
          steps = []
          try placeCounterexamples(in: target, on: client.connection)
        }
        for actor in actors {
          guard let factory = try factory(target, actor) else { continue }
          let made = try factory.probesInContext() + sideProbes(factory)
          probes += made
          steps += made.map { .trial($0.trial) }
        }
      }
      if let name = savepoints[relation] {
        steps.append(.setup(PipelineStatement("ROLLBACK TO SAVEPOINT \(name)")))
      }
    }
    outcomes += try client.rehearse(steps)
    return try judged(probes, outcomes)
  }

  private func judged(
    _ probes: [Probe], _ outcomes: [TrialOutcome]
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    var tables: [UInt32: ProbedTable] = [:]
    let results = try zip(probes, outcomes).map { probe, outcome in
      if tables[probe.table] == nil { tables[probe.table] = try table(probe.table) }
      guard let table = tables[probe.table] else {
        return (probe, ProbeResult.inconclusive("the table has no rows"))
      }
      let judge = ProbeJudge(table: table)
      if let side = probe.side { return (probe, judge.judge(side, outcome.outcome)) }
      return (probe, judge.judge(probe, outcome))
    }
    return withoutOwnViolations(results, outcomes)
  }

  /// An update that breaks a constraint proves something only if the tenant's own rows do not break
  /// it.
  private func withoutOwnViolations(
    _ results: [(probe: Probe, result: ProbeResult)], _ outcomes: [TrialOutcome]
  ) -> [(probe: Probe, result: ProbeResult)] {
    zip(results, outcomes).map { result, outcome in
      let (probe, verdict) = result
      guard probe.purpose == .blind, probe.method == .update, let actor = probe.actor,
        case .reached = verdict, let error = outcome.outcome.error
      else { return result }
      let isOwnFine = results.contains { control, verdict in
        control.purpose == .control && control.method == .update && control.actor == actor
          && control.table == probe.table && control.trial.role == probe.trial.role
          && verdict == .allowed
      }
      if isOwnFine { return result }
      return (probe, .inconclusive("the tenant's own rows: \(error.message)"))
    }
  }

  private func sideProbes(_ factory: ProbeFactory) throws -> [Probe] {
    try SideProbes(
      table: factory.table, role: factory.role, privileges: factory.privileges, tenants: tenants,
      catalog: catalog, tenancy: model.tables, placed: placed
    ).probes()
  }

  private func factory(_ relation: Relation, _ actor: Actor) throws -> ProbeFactory? {
    guard let table = try table(relation.oid), !table.placed.isEmpty else { return nil }
    return ProbeFactory(
      table: table, role: actor.role.name, privileges: actor.privileges(on: relation.oid),
      tenants: tenants)
  }

  /// A table with its rows; nil for one that is not in the catalog or has no tenancy.
  func table(_ oid: UInt32) throws -> ProbedTable? {
    guard let relation = catalog.relations[oid], let tenancy = model.tables[oid] else {
      return nil
    }
    let constraints = catalog.constraints(of: oid)
    var parentKey: Constraint?
    if case .parent(let name, _) = tenancy {
      parentKey = constraints.first { $0.kind == .foreignKey && $0.name == name }
    }
    var spare: [Int: SyntheticRow] = [:]
    for tenant in tenants.indices {
      spare[tenant] = synthesizer.rows(of: oid, owner: .tenant(tenant)).last
    }
    return ProbedTable(
      relation: relation, tenancy: tenancy, parentKey: parentKey, placed: placed[oid] ?? [:],
      spare: spare, counterexamples: counterexamples[oid]?.inserted ?? [:],
      backdoors: counterexamples[oid]?.settings ?? [:],
      claims: counterexamples[oid]?.claims ?? [],
      keyColumns: Set(
        constraints.filter { $0.kind != .check }.flatMap(\.columns)),
      sqlName: try SQLIdentifier.readable(schema: relation.schema, name: relation.name))
  }

  /// Why a table could not be probed; nil when it could.
  func obstacle(of relation: UInt32) -> String? { synthesizer.obstacles[relation]?.reason }
}
