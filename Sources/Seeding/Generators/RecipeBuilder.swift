internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Makes the recipe of a table from what the catalog knows.
struct RecipeBuilder {
  let catalog: Catalog
  let model: TenancyModel
  let order: InsertionOrder
  let options: GenerationOptions
  /// The place of each table that gets rows.
  let places: [UInt32: Int]
  /// How many rows each is thought to get, by its place.
  let estimates: [Int]
  /// The places of the pools of keys, by the table and the columns that are referred to.
  let pools: [PoolKey: Int]
  /// The greatest numbers that stand in columns of whole numbers already.
  let greatest: [ColumnSource: Int]
  /// How many rows there are already.
  let existing: [UInt32: Int]

  /// What a pool holds.
  struct PoolKey: Hashable {
    var relation: UInt32
    var columns: [String]
  }

  func draft(_ relation: Relation) throws(SeedError) -> RecipeDraft {
    var draft = RecipeDraft(
      recipe: TableRecipe(
        relation: relation, ownership: ownership(relation.oid), seed: options.seed))
    draft.rule = options.manifest.rule(schema: relation.schema, name: relation.name)
    draft.recipe.base = existing[relation.oid] ?? 0
    for column in relation.columns where isWritten(column) {
      draft.recipe.columns.append(
        ColumnRecipe(name: column.name, source: .null, number: column.number))
    }
    if let name = tenantColumn(relation.oid), let index = draft.recipe.index(of: name) {
      draft.recipe.columns[index].source = .tenant
    }
    try readRules(&draft)
    try addReferences(&draft)
    addWindows(&draft)
    let apart = try keepApart(&draft)
    try propose(&draft, apart: apart)
    return draft
  }

  private func ownership(_ relation: UInt32) -> TableRecipe.Ownership {
    switch model.tables[relation] {
    case .root: .root
    case .column, .parent, .member: .tenants
    default: .nobody
    }
  }

  /// The column that holds the tenant's id.
  func tenantColumn(_ relation: UInt32) -> String? {
    switch model.tables[relation] {
    case .root(let column), .column(let column): column
    default: nil
    }
  }

  /// False for what the server computes, and for what nothing can be made up for and need not.
  private func isWritten(_ column: Column) -> Bool { column.generation != .stored }

  private func readRules(_ draft: inout RecipeDraft) throws(SeedError) {
    guard let rule = draft.rule else { return }
    for (name, column) in rule.columns.sorted(by: { $0.key < $1.key }) {
      guard let index = draft.recipe.index(of: name) else {
        let isComputed = draft.recipe.relation.column(name) != nil
        throw SeedError.manifest(
          isComputed
            ? "column \(name) of \(draft.recipe.relation.displayName) is computed by the server"
            : "table \(draft.recipe.relation.displayName) has no column \(name.debugDescription)",
          file: rule.file, line: column.line)
      }
      draft.rules[index] = column
    }
  }

  // MARK: - Foreign keys

  private func addReferences(_ draft: inout RecipeDraft) throws(SeedError) {
    let relation = draft.recipe.relation
    var ownershipKey: String?
    if case .parent(let key, _) = model.tables[relation.oid] { ownershipKey = key }
    let keys = catalog.constraints(of: relation.oid).filter { $0.kind == .foreignKey }
    // What decides to whom a row belongs comes first, then what must be there.
    let sorted = keys.sorted { left, right in
      func rank(_ key: Constraint) -> Int {
        if key.name == ownershipKey { return 0 }
        return key.columns.allSatisfy { relation.column($0)?.isNotNull == true } ? 1 : 2
      }
      return (rank(left), -left.columns.count, left.name)
        < (rank(right), -right.columns.count, right.name)
    }
    for key in sorted { try add(key, isOwnership: key.name == ownershipKey, to: &draft) }
  }

  private func add(
    _ key: Constraint, isOwnership: Bool, to draft: inout RecipeDraft
  ) throws(SeedError) {
    let relation = draft.recipe.relation
    // To the tenant by its id: the column says it already.
    if case .root(let id) = model.tables[key.referencedRelation], key.referencedColumns == [id] {
      if let index = draft.recipe.index(of: key.columns[0]), draft.recipe.ownership != .nobody {
        draft.recipe.columns[index].source = .tenant
        return
      }
    }
    guard let target = target(of: key) else {
      try giveUp(key, of: relation, &draft)
      return
    }
    let own = key.columns.compactMap { draft.recipe.index(of: $0) }
    guard own.count == key.columns.count else { return }
    var reference = Reference(
      name: key.name, target: target, pick: .zipf(0.6), columns: [],
      salt: UInt64(draft.recipe.references.count) &* 4 &+ 1_000_000)
    let open = own.filter { draft.recipe.columns[$0].source == .null }
    let nullable = key.columns.filter { relation.column($0)?.isNotNull == false }
    let isBroken = order.broken.contains(.init(relation: relation.oid, name: key.name))
    if !nullable.isEmpty, !isOwnership {
      reference.nulls = isBroken ? 1_000 : key.referencedRelation == relation.oid ? 300 : 150
    }
    if case .table(let place) = target, place == places[relation.oid] { reference.pick = .earlier }
    // Columns that another reference fills decide what this one may refer to.
    let shared = own.filter { column in
      if case .reference = draft.recipe.columns[column].source { return true }
      return false
    }
    if let first = shared.first, case .reference(let other, _) = draft.recipe.columns[first].source
    {
      reference.pick = .matching(other)
      if !nullable.isEmpty, reference.nulls < 1_000 { reference.nulls = 0 }
    }
    for (column, position) in zip(own, key.columns.indices) {
      reference.columns.append(
        .init(own: column, other: try place(key.referencedColumns[position], position, of: key)))
    }
    let rules = draft.rules
    if let rule = own.lazy.compactMap({ rules[$0] }).first {
      switch rule.distribution {
      case .zipf(let exponent) where reference.pick == .zipf(0.6): reference.pick = .zipf(exponent)
      case .uniform where reference.pick == .zipf(0.6): reference.pick = .uniform
      default: break
      }
      if let nulls = rule.nulls, !nullable.isEmpty { reference.nulls = Int(nulls * 10) }
    }
    let index = draft.recipe.references.count
    for pair in reference.columns where open.contains(pair.own) {
      draft.recipe.columns[pair.own].source = .reference(index, column: pair.other)
    }
    draft.recipe.references.append(reference)
  }

  private func target(of key: Constraint) -> Reference.Target? {
    if let place = places[key.referencedRelation] { return .table(place) }
    return pools[.init(relation: key.referencedRelation, columns: key.referencedColumns)]
      .map { .pool($0) }
  }

  /// The place of a column that is referred to, among what the target has.
  private func place(
    _ name: String, _ position: Int, of key: Constraint
  ) throws(SeedError) -> Int {
    guard places[key.referencedRelation] != nil else { return position }
    // The recipe of the other table writes the same columns, in the same order.
    let relation = catalog.relations[key.referencedRelation]
    let written = relation?.columns.filter(isWritten).map(\.name) ?? []
    guard let place = written.firstIndex(of: name) else {
      throw SeedError(
        .unfillable,
        "foreign key \(key.name) refers to \(relation?.displayName ?? "?").\(name), which the server"
          + " computes, so that its values are not known beforehand",
        remedy: "Seed that table from files, or say rows: 0 for it in seeds/*.yaml.")
    }
    return place
  }

  /// A foreign key without anything that it could refer to.
  private func giveUp(
    _ key: Constraint, of relation: Relation, _ draft: inout RecipeDraft
  ) throws(SeedError) {
    let columns = key.columns.filter { relation.column($0)?.isNotNull == false }
    guard columns.isEmpty else { return }
    let name = catalog.relations[key.referencedRelation]?.displayName ?? "a table"
    throw SeedError(
      .unfillable,
      "\(relation.displayName) needs rows of \(name) (foreign key \(key.name)), and there are none",
      remedy: "Seed \(name) first, or say rows: 0 for \(relation.displayName) in seeds/*.yaml.")
  }

  // MARK: - Proposals

  private func propose(_ draft: inout RecipeDraft, apart: Set<Int>) throws(SeedError) {
    let relation = draft.recipe.relation
    let place = places[relation.oid] ?? 0
    var hints = HintCollector()
    for constraint in catalog.constraints(of: relation.oid) where constraint.kind == .check {
      hints.collect(constraint.expression ?? "")
    }
    for bound in catalog.bounds(of: relation) { hints.collect(bound) }
    // Others may follow the moment at which a row was made.
    let order = draft.recipe.columns.indices.sorted {
      let isFirst = ["created_at", "createdAt", "inserted_at"]
      return (isFirst.contains(draft.recipe.columns[$0].name) ? 0 : 1, $0)
        < (isFirst.contains(draft.recipe.columns[$1].name) ? 0 : 1, $1)
    }
    for index in order
    where draft.recipe.columns[index].source == .null
      && !isReferring(draft.recipe.columns[index].name, relation)
    {
      guard let column = relation.column(draft.recipe.columns[index].name) else { continue }
      if let domain = column.type.domain {
        for check in catalog.checks(ofDomain: domain) {
          hints.collect(check, valueColumn: column.name)
        }
      }
      let isApart = apart.contains(index)
      var proposals = ColumnProposals(
        column: column, table: relation.name, hints: hints.hints[column.name] ?? [],
        today: options.today, isDistinct: isApart, rows: estimates[place],
        random: SeededGenerator(
          seed: Draw.hash(of: relation.displayName + "." + column.name) ^ options.seed))
      var sources = proposals.sources()
      if let rule = draft.rules[index] {
        let reader = ColumnRuleReader(
          column: column, rule: rule, format: proposals.format, isApart: isApart,
          today: options.today, file: draft.rule?.file ?? "")
        if let given = try reader.sources() { sources = given }
        if let nulls = rule.nulls {
          guard !column.isNotNull || nulls == 0 else {
            throw SeedError.manifest(
              "column \(column.name) of \(relation.displayName) is NOT NULL",
              file: draft.rule?.file ?? "", line: rule.line)
          }
          draft.recipe.columns[index].nulls = Int(nulls * 10)
        }
      }
      if column.type.category == "r", !column.type.isArray,
        draft.rules[index]?.values.isEmpty != false,
        let window = freeWindow(column, draft.rules[index])
      {
        sources.insert(.window(.range(draft.recipe.windows.count)), at: 0)
        draft.recipe.windows.append(window)
      }
      if draft.rules[index]?.nulls == nil, !isApart, !column.isNotNull {
        draft.recipe.columns[index].nulls = Self.usualNulls(column.name)
      }
      if let start = greatest[ColumnSource(relation: relation.oid, column: column.name)], isApart {
        // Behind the numbers that are there, which the table's base would count a second time.
        let base = draft.recipe.base
        sources = sources.map { source in
          guard case .counter(var counter) = source, counter.format == .integer else {
            return source
          }
          counter.start = max(counter.start, start + 1 - base)
          return .counter(counter)
        }
      }
      if isApart {
        draft.spares[index] = proposals.candidates(ordinals: 0..<40)
        draft.apart.insert(index)
      }
      if sources.isEmpty, let spares = draft.spares[index] {
        sources = [.list(ValueList(spares, isDistinct: true))]
      }
      if !isApart, draft.rules[index] == nil,
        let later = Self.afterCreation(column, in: draft.recipe)
      {
        sources.insert(later, at: 0)
      }
      draft.proposals[index] = sources
      draft.recipe.columns[index].source = sources.first ?? .null
    }
  }

  /// What happens to a row happens after it was made.
  private static func afterCreation(_ column: Column, in recipe: TableRecipe) -> ValueSource? {
    guard ["timestamp", "timestamptz"].contains(column.type.baseName), !column.type.isArray,
      column.name.hasSuffix("_at") || column.name.hasSuffix("At"),
      let creation = recipe.relation.columns.first(where: {
        ["created_at", "createdAt", "inserted_at"].contains($0.name)
      }), creation.name != column.name, let place = recipe.index(of: creation.name),
      case .number = recipe.columns[place].source
    else { return nil }
    return .sibling(column: place, offsets: 900...1_209_600, format: .timestamp)
  }

  /// True of a column that a foreign key without a target leaves NULL.
  private func isReferring(_ column: String, _ relation: Relation) -> Bool {
    catalog.constraints(of: relation.oid).contains {
      $0.kind == .foreignKey && $0.columns.contains(column)
    }
  }

  /// How many of a thousand are NULL where nothing is said.
  private static func usualNulls(_ column: String) -> Int {
    let name = column.lowercased()
    let rare = [
      "deleted", "cancel", "archiv", "disabled", "suspend", "revoked", "closed", "failed",
    ]
    return rare.contains { name.contains($0) } ? 900 : 120
  }
}
