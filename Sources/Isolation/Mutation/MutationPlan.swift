internal import Postgres
internal import Tenants

/// The mutants of a database, by where they have to be tried.
struct MutationPlan {
  /// Those that show only in a session that never had a tenant.
  private(set) var unset: [Mutant] = []
  /// Those that need the rows of all tables in place.
  private(set) var wide: [Mutant] = []
  /// Those that one table's rows show, by the table.
  private(set) var byTable: [UInt32: [Mutant]] = [:]
  /// Those that are not tried, each with its reason.
  private(set) var equivalent: [(mutant: Mutant, reason: String)] = []

  /// The number of mutants.
  var count: Int {
    unset.count + countWithTenant + equivalent.count
  }

  /// The number of those that are tried in a session with a tenant.
  var countWithTenant: Int { wide.count + byTable.values.reduce(0) { $0 + $1.count } }

  init(_ survey: Survey, sources: [UInt32: Set<UInt32>], owners: [RoleAttributes]) {
    let delegation = Delegation(survey: survey, sources: sources)
    let tables = TableMutations(survey: survey)
    let others = OtherMutations(survey: survey)
    let reader = PolicyTightness(
      catalog: survey.catalog, model: survey.model, tenantColumn: survey.options.tenantColumn)
    let policies = survey.catalog.policiesByRelation
    let placed = Set(survey.stage.placed.keys)
    let targets = Set(survey.targets.map(\.oid))
    for relation in survey.included {
      let column = survey.tenantColumn(of: relation)
      let mutations = PolicyMutations(
        expressions: ExpressionMutations(
          tenantColumns: reader.tenantColumns,
          isText: column.map { ["text", "varchar", "bpchar", "citext"].contains($0.type.baseName) }
            ?? false,
          setting: survey.options.tenantSetting))
      let made =
        (policies[relation.oid] ?? []).flatMap { mutations.of($0, on: relation) }
        + tables.of(relation)
      for mutant in made {
        if mutant.needsUnsetContext {
          unset.append(mutant)
        } else if case .policy(let policy, _) = mutant.subject,
          owners.contains(where: {
            policy.binds($0) && !$0.isSuperuser && !$0.bypassesRowSecurity
              && !delegation.commands(on: relation, as: $0.name).isEmpty
          }),
          !survey.actors.contains(where: { policy.binds($0.role) })
        {
          // Only views and functions that run as their owners show it.
          wide.append(mutant)
        } else if targets.contains(relation.oid), placed.contains(relation.oid),
          mutant.operator != .notForced
        {
          byTable[relation.oid, default: []].append(mutant)
        } else {
          wide.append(mutant)
        }
      }
      guard !relation.parents.isEmpty, survey.model.tables[relation.oid]?.isOwned == true else {
        continue
      }
      for mutant in tables.readable(relation) { addReadable(mutant, relation, survey) }
    }
    for view in survey.catalog.sortedRelations
    where survey.options.includes(schema: view.schema, name: view.name) {
      if view.kind == .view { wide += others.of(view) }
      if view.kind == .materializedView { wide += tables.readable(view) }
    }
    for routine in survey.catalog.routines
    where survey.options.includes(schema: routine.schema, name: routine.name) {
      wide += others.of(routine)
    }
    wide += others.ofRoles()
  }

  /// A partition can be read only where rows of the made-up tenants lie in it.
  private mutating func addReadable(_ mutant: Mutant, _ relation: Relation, _ survey: Survey) {
    var stage = survey.stage
    stage.lendRows(to: relation)
    guard relation.isPartition, stage.placed[relation.oid] == nil else {
      wide.append(mutant)
      return
    }
    equivalent.append((mutant, "no row lies in it; the partitions that hold some stand for it"))
  }
}

extension Survey {
  /// The column that holds the tenant's id.
  func tenantColumn(of relation: Relation) -> Column? {
    switch model.tables[relation.oid] {
    case .root(let name), .column(let name): relation.column(name)
    default: nil
    }
  }
}
