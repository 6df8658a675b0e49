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

  // MARK: - What probes are made of

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
