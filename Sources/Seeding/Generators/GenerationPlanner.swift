package import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Decides which rows are made up: for which tables and tenants, how many, and how each column is
/// filled.
package struct GenerationPlanner {
  let options: GenerationOptions

  /// A planner.
  package init(options: GenerationOptions) { self.options = options }

  /// The plan for the database, which is only read.
  ///
  /// - Parameter bases: Numbers that an earlier part of the same run began from; empty for a new one.
  /// - Throws: `SeedError` for tables that cannot be filled and what is wrong in the manifest;
  ///   `PostgresError`.
  package func plan(
    on connection: any Connection, bases: GenerationBases? = nil
  ) throws -> (plan: GenerationPlan, bases: GenerationBases) {
    let catalog = try CatalogReader.read(from: connection)
    let model = TenancyModel(catalog: catalog, options: options.tenancy)
    try checkNames(catalog)
    let roster = TenantRoster(catalog: catalog, model: model, options: options)
    var survey = try GenerationSurvey(
      catalog: catalog, model: model, options: options, bases: bases, on: connection)
    let tenants: TenantRoster.Tenants
    if let bases {
      tenants = TenantRoster.Tenants(ids: bases.tenants, known: bases.known)
    } else {
      tenants = try roster.tenants(on: connection)
    }
    try survey.readPools(tenants: tenants.ids, on: connection)
    let order = InsertionOrder(survey.relations, catalog: catalog)
    let weights = weights(order, catalog, model, survey)
    let builder = RecipeBuilder(
      catalog: catalog, model: model, order: order, options: options,
      places: Dictionary(
        uniqueKeysWithValues: order.relations.enumerated().map { ($0.element, $0.offset) }),
      estimates: weights.map { estimate($0, weights, tenants: tenants.ids.count) },
      pools: survey.poolPlaces, greatest: survey.greatest, existing: survey.existing)
    var drafts: [RecipeDraft] = []
    for oid in order.relations {
      if let relation = catalog.relations[oid] { drafts.append(try builder.draft(relation)) }
    }
    let ids = tenants.ids.map { Array($0.utf8) }
    // For samples each table has enough rows to refer to.
    let nominal = drafts.map { draft in
      RowCounts(
        draft.recipe.ownership == .nobody ? [1_000] : ids.map { _ in 1_000 })
    }
    let sampled = RowModel(
      recipes: drafts.map(\.recipe), counts: nominal, tenants: ids, pools: survey.pools)
    let recipes = try ShapeFinder(catalog: catalog, writer: RowWriter(sampled))
      .shaped(drafts, on: connection)
    var finished = RowModel(
      recipes: recipes, counts: nominal, tenants: ids, pools: survey.pools)
    let counts = try RowCounter(
      writer: RowWriter(finished), options: options, skew: skew(tenants.ids.count),
      known: tenants.known, weights: weights, perParent: try perParent(order, catalog)
    ).counts()
    finished.counts = counts.tables
    let plan = GenerationPlan(
      model: finished, tenants: tenants.ids, stages: stages(order, catalog, recipes),
      notes: counts.notes, seed: options.seed,
      digest: GenerationPlan.digest(of: finished, tenants: tenants.ids, seed: options.seed))
    return (plan, survey.bases(tenants: tenants))
  }

  /// Refuses rules for tables that are not there.
  private func checkNames(_ catalog: Catalog) throws(SeedError) {
    for (name, rule) in options.manifest.tables.sorted(by: { $0.key < $1.key }) {
      guard
        !catalog.sortedRelations.contains(where: { $0.name == name || $0.displayName == name })
      else { continue }
      throw SeedError.manifest(
        "there is no table \(name.debugDescription)", file: rule.file, line: rule.line)
    }
  }

  private func skew(_ tenants: Int) -> [Int] {
    switch options.manifest.tenants.skew ?? .zipf(exponent: 1) {
    case .even: Array(repeating: 1, count: tenants)
    case .zipf(let exponent): Zipf.weights(tenants, exponent: exponent)
    }
  }

  /// How many rows of each table a tenant gets: what the manifest says, else more the farther a table
  /// is from the tenants.
  private func weights(
    _ order: InsertionOrder, _ catalog: Catalog, _ model: TenancyModel, _ survey: GenerationSurvey
  ) -> [Double] {
    var depth: [UInt32: Int] = [:]
    return order.relations.map { oid in
      guard let relation = catalog.relations[oid] else { return 0 }
      let parents = catalog.constraints(of: oid).filter {
        $0.kind == .foreignKey && $0.referencedRelation != oid
      }.compactMap { depth[$0.referencedRelation] }
      depth[oid] = (parents.max() ?? 0) + 1
      if case .perTenant(let count) = options.manifest.rule(
        schema: relation.schema, name: relation.name)?.rows
      {
        return Double(count)
      }
      switch model.tables[oid] {
      case .root: return 1
      case .member: return 5
      case .column, .parent: return [10, 10, 30, 60][min(depth[oid] ?? 1, 4) - 1]
      default: return 20
      }
    }
  }

  private func estimate(_ weight: Double, _ weights: [Double], tenants: Int) -> Int {
    let all = max(weights.reduce(0, +), 1)
    guard let rows = options.rows else { return Int(weight) * max(tenants, 1) + 1 }
    return Int(Double(rows) * weight / all * 2) + 1
  }

  private func perParent(
    _ order: InsertionOrder, _ catalog: Catalog
  ) throws(SeedError) -> [Int: (table: Int, count: Double)] {
    var result: [Int: (table: Int, count: Double)] = [:]
    for (place, oid) in order.relations.enumerated() {
      guard let relation = catalog.relations[oid],
        let rule = options.manifest.rule(schema: relation.schema, name: relation.name),
        case .per(let name, let count) = rule.rows
      else { continue }
      let parent = order.relations.firstIndex { other in
        catalog.relations[other].map { $0.name == name || $0.displayName == name } == true
      }
      guard let parent, parent < place else {
        throw SeedError.manifest(
          "rows of \(relation.displayName) are wanted for each row of \(name.debugDescription), which"
            + " is no table that is filled before it", file: rule.file, line: rule.line)
      }
      result[place] = (parent, count)
    }
    return result
  }

  /// Tables whose parents come in earlier stages; those that refer to each other in a stage of their own.
  private func stages(
    _ order: InsertionOrder, _ catalog: Catalog, _ recipes: [TableRecipe]
  ) -> [GenerationPlan.Stage] {
    var level: [Int] = []
    var joint: Set<Int> = []
    for (place, recipe) in recipes.enumerated() {
      var own = 0
      for reference in recipe.references where reference.nulls < 1_000 {
        guard case .table(let target) = reference.target, target != place else { continue }
        if target > place {
          joint.formUnion(place...target)
        } else {
          own = max(own, level[target] + 1)
        }
      }
      // The tenants' own table comes before everything else.
      if recipe.ownership == .tenants,
        let root = recipes.firstIndex(where: { $0.ownership == .root }), root < place
      {
        own = max(own, level[root] + 1)
      }
      level.append(own)
    }
    var stages: [GenerationPlan.Stage] = []
    if let first = joint.min(), let last = joint.max() {
      // Whatever lies between them in the order goes with them.
      let before = Array(0..<first)
      let after = Array((last + 1)..<recipes.count)
      stages += byLevel(before, level)
      stages.append(.init(tables: Array(first...last), isJoint: true))
      stages += byLevel(after, level)
    } else {
      stages = byLevel(Array(recipes.indices), level)
    }
    return stages.filter { !$0.tables.isEmpty }
  }

  private func byLevel(_ tables: [Int], _ level: [Int]) -> [GenerationPlan.Stage] {
    Set(tables.map { level[$0] }).sorted().map { number in
      .init(tables: tables.filter { level[$0] == number }, isJoint: false)
    }
  }
}
