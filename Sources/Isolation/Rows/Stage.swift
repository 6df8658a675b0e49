internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// The open transaction with the rows of two tenants in it.
///
/// Tables are filled in the order of their foreign keys, with a savepoint before each. Probes run
/// in the opposite order, and after each table its rows are taken away by going back to its
/// savepoint: so nothing refers to a table's rows while they are probed, and a DELETE is stopped by
/// policies only.
struct Stage {
  var catalog: Catalog
  let model: TenancyModel
  /// The ids of the two tenants.
  let tenants: [String]
  /// How a tenant's context is made.
  let plan: ContextPlan
  /// The contexts of the two tenants.
  let contexts: [TenantContext]
  /// Tables whose rows have to lie in place while others are probed, with what they refer to.
  let kept: Set<UInt32>
  /// The tables in the order in which they are filled: the kept ones, then the others.
  let order: [UInt32]
  var synthesizer: RowSynthesizer
  var placed: [UInt32: [Int: [PlacedRow]]] = [:]
  /// The savepoints to which tables' rows are taken away.
  var savepoints: [UInt32: String] = [:]
  /// Tables whose triggers do not run while their rows are placed.
  var triggersRest: Set<UInt32> = []
  /// The rows of the second tenant whose keys are like the first one's, by table.
  var namesakes: [UInt32: SyntheticRow] = [:]
  /// True for a run beside an application at work.
  let isLive: Bool
  /// True when all rows are put in place without their triggers.
  var isSilent = false
  /// Rows that the policies' expressions open to the other tenant.
  var counterexamples: [UInt32: CounterexampleSearch.Found] = [:]
  /// True while a table is probed whose rows have to stay, as the only ones of their savepoint.
  var keepsRows = false

  init(
    catalog: Catalog, model: TenancyModel, options: IsolationOptions, targets: [UInt32],
    seed: UInt64, connection: any Connection
  ) throws {
    self.catalog = catalog
    self.model = model
    isLive = options.live != nil
    let owned = Self.closure(of: targets, catalog: catalog, model: model)
    let partitions = PartitionTenants(catalog: catalog, model: model, targets: Set(targets))
    tenants = try TenantKeys(
      catalog: catalog, model: model, options: options, seed: seed, targets: Set(targets)
    ).make(on: connection)
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
    goal.proposals = try Self.proposals(options, catalog)
    goal.holders = try partitions.holders(among: owned, of: tenants, on: connection)
    plan = ContextPlan(
      model: model, tenantSetting: options.tenantSetting, userSetting: options.userSetting,
      given: options.context)
    plan.extend(&goal, catalog: catalog, model: model)
    synthesizer = RowSynthesizer(catalog: catalog, goal: goal, seed: seed)
    try synthesizer.makeRows(on: connection)
    contexts = plan.contexts(of: tenants, synthesizer)
    let relations = synthesizer.order.relations
    let kept = Self.kept(relations, catalog: catalog, model: model)
    self.kept = kept
    order = relations.filter(kept.contains) + relations.filter { !kept.contains($0) }
    addNamesakes()
  }

  /// The values that the user gives for columns.
  private static func proposals(
    _ options: IsolationOptions, _ catalog: Catalog
  ) throws -> [UInt32: [String: [String]]] {
    var proposals: [UInt32: [String: [String]]] = [:]
    for (name, values) in options.values.sorted(by: { $0.key < $1.key }) {
      var isKnown = false
      for relation in catalog.sortedRelations {
        for column in relation.columns
        where name == relation.displayName + "." + column.name
          || name == relation.name + "." + column.name
        {
          proposals[relation.oid, default: [:]][column.name] = values
          isKnown = true
        }
      }
      guard isKnown else { throw IsolationError.unknownColumn(name) }
    }
    return proposals
  }

  /// The context of a tenant: its id, and a user of its own where policies ask for one.
  func context(of tenant: Int) -> TenantContext { contexts[tenant] }

  /// True when policies of a table ask this one though that table does not refer to it.
  func isAskedByStrangers(_ relation: UInt32) -> Bool {
    model.references.asked.contains { asking, asked in
      guard asked.contains(relation), asking != relation else { return false }
      return !Self.ancestors(of: [asking], catalog: catalog).contains(relation)
    }
  }

  /// The tables and all that they refer to.
  static func ancestors(of relations: Set<UInt32>, catalog: Catalog) -> Set<UInt32> {
    var result = relations
    var open = Array(relations)
    while let relation = open.popLast() {
      for key in catalog.constraints where key.kind == .foreignKey && key.relation == relation {
        if result.insert(key.referencedRelation).inserted { open.append(key.referencedRelation) }
      }
    }
    return result
  }

  /// The tables that policies of others ask without referring to them, with their ancestors.
  private static func kept(
    _ relations: [UInt32], catalog: Catalog, model: TenancyModel
  ) -> Set<UInt32> {
    var asked: Set<UInt32> = []
    for (relation, tables) in model.references.asked {
      asked.formUnion(tables.subtracting(ancestors(of: [relation], catalog: catalog)))
    }
    return ancestors(of: asked.intersection(relations), catalog: catalog)
  }

  /// The targets and the tables with tenants' rows that they refer to, or that their policies ask.
  private static func closure(
    of targets: [UInt32], catalog: Catalog, model: TenancyModel
  ) -> Set<UInt32> {
    var result = Set(targets)
    var open = targets
    let keys = Dictionary(
      grouping: catalog.constraints.filter { $0.kind == .foreignKey }, by: \.relation)
    while let relation = open.popLast() {
      let needed =
        keys[relation, default: []].map(\.referencedRelation)
        + model.references.asked[relation, default: []].sorted()
      for other in needed
      where model.tables[other]?.isOwned == true && result.insert(other).inserted {
        open.append(other)
      }
    }
    return result
  }

  // MARK: - Probing

  /// Probes in a session that has had no tenant context yet, so before any other probe.
  func probeUnset(
    _ targets: [Relation], as actor: Actor, client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    let stage = try relocated(on: client.connection)
    var probes = try targets.flatMap { relation -> [Probe] in
      guard let factory = try stage.factory(relation, actor) else { return [] }
      guard isLive else { return try factory.probesOfNobody(context: .unset) }
      return try live(factory, actor).probesOfNobody(context: .unset)
    }
    var outcomes = try client.rehearse(probes.map { .trial($0.trial) })
    // While everything lies in place, rows that refer to others hide which of them were reached.
    let stopped = probes.indices.filter {
      probes[$0].method == .delete && outcomes[$0].outcome.error?.sqlState == .foreignKeyViolation
    }
    for index in stopped {
      var probe = probes[index]
      probe.trial.scene = [.withoutForeignKeys]
      let again = try client.rehearse([.trial(probe.trial)])
      guard let outcome = again.first, outcome.outcome.result != nil else { continue }
      probes[index] = probe
      outcomes[index] = outcome
    }
    return try judged(probes, outcomes)
  }

  /// Probes in the tenants' contexts and takes each table's rows away afterwards.
  mutating func probeInContext(
    _ targets: [Relation], as actors: [Actor], client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    var results = try probeInTurn(targets, as: actors, client: client) { stage, factory, actor in
      try stage.probes(of: factory, actor)
    }
    results = try withTriggersAtRest(results, as: actors, client: client)
    let open = targets.filter { counterexamples[$0.oid]?.settings.isEmpty == false }
    guard !open.isEmpty, !isLive else { return results }
    // A setting that was made once is empty ever after in this session, where it did not exist
    // before, and not every policy can digest that. So all this comes last, over rows made anew.
    var again = self
    try again.placeAnew(on: client.connection)
    results += try again.probeInTurn(open, as: actors, client: client) { _, factory, _ in
      try factory.throughBackdoors()
    }
    return results
  }

  /// Runs the probes that `make` makes of each table, the last filled first.
  mutating func probeInTurn(
    _ targets: [Relation], as actors: [Actor], client: InstrumentedClient,
    _ make: (Stage, ProbeFactory, Actor) throws -> [Probe]
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    let wanted = Dictionary(uniqueKeysWithValues: targets.map { ($0.oid, $0) })
    var steps: [RehearsalStep] = []
    var probes: [Probe] = []
    var outcomes: [TrialOutcome] = []
    let order = keepsRows ? targets.map(\.oid) : Array(order.reversed())
    for relation in order {
      if let target = wanted[relation] {
        let hasFound = counterexamples[relation]?.placed.isEmpty == false
        if hasFound || target.hasTriggers {
          // Their places must be known before probes can look at them.
          outcomes += try client.rehearse(steps)
          steps = []
        }
        if hasFound {
          if kept.contains(relation) {
            try client.connection.execute("SAVEPOINT dbtool_kept")
          }
          try placeCounterexamples(in: target, on: client.connection)
        }
        try relocate(target, on: client.connection)
        for actor in actors {
          guard let factory = try factory(target, actor) else { continue }
          let made = try make(self, factory, actor)
          probes += made
          steps += made.map { .trial($0.trial) }
        }
      }
      if kept.contains(relation) {
        // The rows that others need stay, those that were looked for may not.
        if wanted[relation] != nil, counterexamples[relation]?.placed.isEmpty == false {
          steps.append(.setup(PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_kept")))
        }
      } else if !keepsRows, let statement = takingAway(relation) {
        steps.append(.setup(statement))
      }
    }
    outcomes += try client.rehearse(steps)
    return try judged(probes, outcomes)
  }

  /// The statement that takes a table's rows away, and those of the tables after it.
  func takingAway(_ relation: UInt32) -> PipelineStatement? {
    kept.contains(relation)
      ? nil : savepoints[relation].map { PipelineStatement("ROLLBACK TO SAVEPOINT \($0)") }
  }

  func judged(
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
    return withoutShared(withoutOwnViolations(results, outcomes))
  }

  /// That nobody reads a row of no tenant counts unless tenants read it as well: then it is shared.
  private func withoutShared(
    _ results: [(probe: Probe, result: ProbeResult)]
  ) -> [(probe: Probe, result: ProbeResult)] {
    func isRead(_ probe: Probe) -> Bool { probe.isOnUnowned && probe.method == .read }
    func key(_ probe: Probe) -> String { "\(probe.table) \(probe.trial.role)" }
    let shared = Set(
      results.compactMap { probe, result -> String? in
        guard isRead(probe), probe.actor != nil, case .reached = result else { return nil }
        return key(probe)
      })
    return results.filter { probe, _ in
      !isRead(probe) || (probe.actor == nil && !shared.contains(key(probe)))
    }
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
      if probe.isSpeculative { return (probe, .refused) }
      return (probe, .inconclusive("the tenant's own rows: \(error.message)"))
    }
  }

  func sideProbes(_ factory: ProbeFactory) throws -> [Probe] {
    try SideProbes(
      table: factory.table, role: factory.role, privileges: factory.privileges,
      context: context(of: 0),
      catalog: catalog, tenancy: model.tables, placed: placed,
      keyed: counterexamples[factory.table.relation.oid]?.keyed ?? [:]
    ).probes()
  }

  func factory(_ relation: Relation, _ actor: Actor) throws -> ProbeFactory? {
    guard let table = try table(relation.oid), !table.placed.isEmpty else { return nil }
    return ProbeFactory(
      table: table, role: actor.role.name, privileges: actor.privileges(on: relation.oid),
      contexts: contexts)
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
    var memberKey: Constraint?
    if case .member(let members, let name) = tenancy {
      memberKey = catalog.constraints(of: members).first {
        $0.kind == .foreignKey && $0.name == name
      }
    }
    var spare: [Int: SyntheticRow] = [:]
    for tenant in tenants.indices {
      spare[tenant] = synthesizer.rows(of: oid, owner: .tenant(tenant)).last
    }
    return ProbedTable(
      relation: relation, tenancy: tenancy, parentKey: parentKey, memberKey: memberKey,
      placed: placed[oid] ?? [:],
      spare: spare,
      counterexamples: counterexamples[oid]?.inserted.mapValues { $0.map(\.row) } ?? [:],
      backdoors: counterexamples[oid]?.settings ?? [],
      unowned: counterexamples[oid]?.unowned,
      claims: counterexamples[oid]?.claims ?? [],
      isReferencedInPlace: kept.contains(oid)
        && catalog.constraints.contains {
          $0.kind == .foreignKey && $0.referencedRelation == oid && $0.relation != oid
            && kept.contains($0.relation)
        },
      keyColumns: Set(
        constraints.filter { $0.kind != .check }.flatMap(\.columns)),
      referringColumns: Set(
        constraints.filter { $0.kind == .foreignKey }.flatMap(\.columns)),
      sqlName: try SQLIdentifier.readable(schema: relation.schema, name: relation.name),
      soughtBy: isLive
        ? constraints.first { $0.kind == .primaryKey }?.columns ?? [] : [])
  }

  /// How many of the two tenants have rows in a table: a partition may be for one alone.
  func holderCount(of relation: UInt32) -> Int { synthesizer.owners(of: relation).count }

  /// Why a table could not be probed; nil when it could.
  func obstacle(of relation: UInt32) -> String? {
    guard let obstacle = synthesizer.obstacles[relation] else { return nil }
    guard let column = obstacle.column, let name = catalog.relations[relation]?.displayName else {
      return obstacle.reason
    }
    return obstacle.reason
      + "; give values that fit in dbtool.yaml: tenancy: {values: {\(name).\(column): [\"…\"]}}"
  }
}
