package import Postgres
internal import SQLSyntax

/// Makes up rows that a schema accepts: the values are proposed here and judged by the server.
///
/// Rows get explicit keys, so that rows which refer to them are known before anything is inserted,
/// and all INSERTs can travel in one pipeline.
package struct RowSynthesizer {
  let catalog: Catalog
  let goal: SynthesisGoal
  /// The relations in the order in which they can be filled.
  package let order: InsertionOrder
  /// How many rows each owner needs in a relation.
  let rowCounts: [UInt32: Int]
  let constraints: [UInt32: [Constraint]]
  private let expander: ExpressionExpander
  private let referencedColumns: [UInt32: Set<String>]
  private var random: SeededGenerator
  private var rows: [UInt32: [SyntheticRow.Owner: [SyntheticRow]]] = [:]
  /// Why relations have no rows.
  package private(set) var obstacles: [UInt32: Obstacle] = [:]

  /// A synthesizer for one database and one goal; equal seeds give equal rows.
  package init(catalog: Catalog, goal: SynthesisGoal, seed: UInt64) {
    self.catalog = catalog
    let goal = Self.addingReferenced(goal, catalog: catalog)
    self.goal = goal
    random = SeededGenerator(seed: seed)
    constraints = catalog.constraintsByRelation
    expander = ExpressionExpander(catalog: catalog)
    let wanted = catalog.sortedRelations.map(\.oid).filter {
      goal.owned.contains($0) || goal.shared.contains($0)
    }
    order = InsertionOrder(wanted, catalog: catalog)
    var referenced: [UInt32: Set<String>] = [:]
    for constraint in catalog.constraints where constraint.kind == .foreignKey {
      referenced[constraint.referencedRelation, default: []].formUnion(constraint.referencedColumns)
    }
    referencedColumns = referenced
    rowCounts = Self.rowCounts(
      order.relations, constraints: constraints, singletons: goal.singletons)
  }

  /// The rows that have been made for `owner` in `relation`; the last is spare and not meant to be
  /// inserted at first.
  package func rows(of relation: UInt32, owner: SyntheticRow.Owner) -> [SyntheticRow] {
    rows[relation]?[owner] ?? []
  }

  /// The rows to insert, in order, without each owner's spare one.
  package var insertions: [SyntheticRow] {
    order.relations.flatMap { relation in
      owners(of: relation).flatMap { rows(of: relation, owner: $0).dropLast() }
    }
  }

  /// The column of `relation` that holds the tenant's id; nil when there is none.
  package func tenantColumn(of relation: UInt32) -> String? { goal.tenantColumns[relation] }

  /// Adds a row to those of its owner that are meant to be inserted.
  package mutating func add(_ row: SyntheticRow) {
    guard let count = rows[row.relation]?[row.owner]?.count, count > 0 else { return }
    rows[row.relation]?[row.owner]?.insert(row, at: count - 1)
  }

  /// Takes a row away again.
  package mutating func remove(_ row: SyntheticRow) {
    rows[row.relation]?[row.owner]?.removeAll { $0 == row }
  }

  /// The owners that have rows in `relation`.
  package func owners(of relation: UInt32) -> [SyntheticRow.Owner] {
    guard goal.owned.contains(relation) else { return [.shared] }
    return goal.tenants.indices.filter { goal.holders[relation]?.contains($0) != false }
      .map { .tenant($0) }
  }

  /// Makes the rows of every relation, asking the server about CHECK constraints.
  ///
  /// Costs one network wait for each level of the foreign keys, not for each relation.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  package mutating func makeRows(on connection: any Connection) throws {
    for level in levels() {
      var drafts: [RowDraft] = []
      for relation in level {
        for owner in owners(of: relation) {
          for ordinal in 0...(rowCounts[relation] ?? 1) {
            guard let draft = draft(relation, owner: owner, ordinal: ordinal) else { continue }
            drafts.append(draft)
          }
        }
      }
      for (draft, outcome) in try RowSolver(catalog: catalog).solve(drafts, on: connection) {
        switch outcome {
        case .success(let row): rows[row.relation, default: [:]][row.owner, default: []].append(row)
        case .failure(let obstacle): block(draft.relation, obstacle)
        }
      }
    }
    closeCircles()
  }

  /// Lets the keys that the order could not respect refer to rows made later; deferred, they are
  /// checked last.
  private mutating func closeCircles() {
    for edge in order.broken {
      guard let relation = catalog.relations[edge.relation],
        let key = foreignKeys(of: edge.relation).first(where: { $0.name == edge.name }),
        key.columns.allSatisfy({ relation.column($0)?.isNotNull == true })
      else { continue }
      for (owner, made) in rows[edge.relation, default: [:]] {
        let isOwned = goal.owned.contains(key.referencedRelation)
        let targets = rows(of: key.referencedRelation, owner: isOwned ? owner : .shared)
        guard !targets.isEmpty else { continue }
        let identity = Set(
          constraints[edge.relation, default: []].filter { $0.kind == .primaryKey }
            .flatMap(\.columns))
        rows[edge.relation]?[owner] = made.map { row in
          var row = row
          // A row may not lose its own key to the one it refers to.
          let target = targets.first { target in
            zip(key.columns, key.referencedColumns).allSatisfy { column, referenced in
              !identity.contains(column) || row.values[column] == target.values[referenced]
            }
          }
          guard let target else { return row }
          for (column, referenced) in zip(key.columns, key.referencedColumns) {
            row.values[column] = target.values[referenced] ?? nil
          }
          return row
        }
      }
    }
  }

  /// Gives up on a relation; relations that need its rows are given up when their turn comes.
  package mutating func block(_ relation: UInt32, _ obstacle: Obstacle) {
    if obstacles[relation] == nil { obstacles[relation] = obstacle }
    rows[relation] = nil
  }

  /// The relations in order, grouped so that none refers to another of its own group.
  private func levels() -> [[UInt32]] {
    var level: [UInt32: Int] = [:]
    func arrange() {
      for relation in order.relations {
        let parents = foreignKeys(of: relation).map(\.referencedRelation).filter { $0 != relation }
        let lowest = (parents.compactMap { level[$0] }.max() ?? -1) + 1
        level[relation] = max(level[relation] ?? 0, lowest)
      }
    }
    arrange()
    if !goal.echoes.isEmpty {
      for relation in order.relations {
        let sources = goal.echoes[relation, default: [:]].values.compactMap { level[$0.relation] }
        level[relation] = max(level[relation] ?? 0, (sources.max() ?? -1) + 1)
      }
      arrange()
    }
    return (0...(level.values.max() ?? 0)).map { number in
      order.relations.filter { level[$0] == number }
    }
  }

  private func foreignKeys(of relation: UInt32) -> [Constraint] {
    constraints[relation, default: []].filter { $0.kind == .foreignKey }
  }

  // MARK: - One row

  mutating func draft(
    _ relationID: UInt32, owner: SyntheticRow.Owner, ordinal: Int, wish: Wish? = nil
  ) -> RowDraft? {
    guard let relation = catalog.relations[relationID], obstacles[relationID] == nil else {
      return nil
    }
    var draft = RowDraft(relation: relationID, owner: owner, ordinal: ordinal)
    if let column = goal.tenantColumns[relationID], case .tenant(let number) = owner {
      draft.fixed[column] = goal.tenants[number]
    }
    echo(into: &draft)
    for key in foreignKeys(of: relationID) where !resolve(key, in: relation, draft: &draft) {
      return nil
    }
    let distinct = distinctColumns(of: relation)
    var hints = HintCollector(context: wish?.context)
    for constraint in constraints[relationID, default: []] where constraint.kind == .check {
      hints.collect(constraint.expression ?? "")
    }
    for bound in catalog.bounds(of: relation) { hints.collect(bound) }
    if let wish {
      for tree in expander.trees(of: wish.condition, on: relation) { hints.collect(tree) }
      draft.conditions = [wish.condition]
      // Only now: the foreign keys were filled with rows of the owner, which a false claim would
      // not find.
      for column in wish.choices.keys { draft.fixed.removeValue(forKey: column) }
    }
    for column in relation.columns where draft.fixed[column.name] == nil {
      if column.generation == .stored { continue }
      if let domain = column.type.domain {
        for check in catalog.checks(ofDomain: domain) {
          hints.collect(check, valueColumn: column.name)
        }
      }
      let repeated = wish == nil ? repetition(of: column.name, in: relation) : nil
      let isShared = repeated?.isShared == true
      let number = (repeated == nil ? ordinal : 0) + (isShared ? 0 : ownerNumber(owner) * 8)
      let own = random.next()
      var candidates = ValueCandidates(
        ordinal: number,
        random: SeededGenerator(seed: repeated.map { $0.seed &+ UInt64(number) } ?? own))
      let proposed = goal.proposals[relationID]?[column.name] ?? []
      draft.candidates[column.name] =
        wish?.choices[column.name]
        ?? rotated(proposed, by: number)
        + candidates.values(for: column.type, hints: hints.hints[column.name] ?? [])
      // A key is always given, so that it is known; anything else may be left to its default.
      if !distinct.contains(column.name), !isRequired(column), proposed.isEmpty,
        repeated == nil
      {
        draft.optional.insert(column.name)
      }
    }
    prefer(goal.preferences[relationID] ?? [:], besides: distinct, in: relation, draft: &draft)
    return draft
  }

  private func ownerNumber(_ owner: SyntheticRow.Owner) -> Int {
    if case .tenant(let number) = owner { return number }
    return goal.tenants.count
  }

  /// True of a column that has to be given a value, or that had better be: what a sequence gave out
  /// stays given out, also when the transaction is rolled back.
  private func isRequired(_ column: Column) -> Bool {
    if column.generation == .identityAlways || column.generation == .identityByDefault
      || column.defaultExpression?.contains("nextval(") == true
    {
      return true
    }
    return column.isNotNull && column.defaultExpression == nil && column.generation == .none
  }

  /// The columns whose values keep rows apart: those of keys and those that foreign keys refer to.
  private func distinctColumns(of relation: Relation) -> Set<String> {
    var columns = referencedColumns[relation.oid] ?? []
    for constraint in constraints[relation.oid, default: []] {
      guard [.primaryKey, .unique, .exclusion].contains(constraint.kind) else { continue }
      columns.formUnion(
        constraint.columns.filter { name in
          guard let column = relation.column(name) else { return false }
          return constraint.kind == .primaryKey || column.isNotNull
        })
    }
    return columns
  }

  /// Fills the columns of a foreign key from a row that it may refer to.
  private mutating func resolve(
    _ key: Constraint, in relation: Relation, draft: inout RowDraft
  ) -> Bool {
    let isOwnership = goal.ownership[relation.oid]?.contains(key.name) == true
    let isBroken = order.broken.contains(.init(relation: relation.oid, name: key.name))
    let nullable = key.columns.filter {
      relation.column($0)?.isNotNull == false && goal.given[relation.oid]?.contains($0) != true
    }
    let refersToItself = key.referencedRelation == relation.oid
    if !nullable.isEmpty, !isOwnership || isBroken || refersToItself {
      for column in nullable where draft.fixed[column] == nil { draft.fixed[column] = .some(nil) }
      return true
    }
    if refersToItself {
      draft.deferredKeys.append(key)
      return true
    }
    // Until the rows that close the circle are known, any value will do.
    if isBroken, rows[key.referencedRelation] == nil { return true }
    let owner: SyntheticRow.Owner =
      goal.owned.contains(key.referencedRelation) ? draft.owner : .shared
    let parents = Array(rows(of: key.referencedRelation, owner: owner).dropLast())
    let preferred = isKeyOnlyByReference(relation) ? min(draft.ordinal, parents.count - 1) : 0
    let candidates = (parents.isEmpty ? [] : [parents[max(preferred, 0)]]) + parents
    guard
      let parent = candidates.first(where: { parent in
        zip(key.columns, key.referencedColumns).allSatisfy { column, referenced in
          draft.fixed[column].map { $0 == (parent.values[referenced] ?? nil) } ?? true
        }
      })
    else {
      let name = catalog.relations[key.referencedRelation]?.displayName ?? "?"
      block(
        relation.oid,
        Obstacle("foreign key \(key.name) needs a row of \(name), which could not be made"))
      return false
    }
    for (column, referenced) in zip(key.columns, key.referencedColumns) {
      draft.fixed[column] = parent.values[referenced] ?? nil
    }
    return true
  }

  /// True when a unique key consists of references alone, so that each row needs parents of its
  /// own.
  private func isKeyOnlyByReference(_ relation: Relation) -> Bool {
    Self.hasKeyOfReferences(
      constraints[relation.oid, default: []], tenant: goal.tenantColumns[relation.oid])
  }

  private static func hasKeyOfReferences(_ constraints: [Constraint], tenant: String?) -> Bool {
    let references = Set(constraints.filter { $0.kind == .foreignKey }.flatMap(\.columns))
    return constraints.contains { constraint in
      [.primaryKey, .unique].contains(constraint.kind) && !constraint.columns.isEmpty
        && constraint.columns.allSatisfy { references.contains($0) || $0 == tenant }
    }
  }

  /// How many rows each owner needs: one, and one more for each row of a child that needs parents
  /// of its own.
  private static func rowCounts(
    _ order: [UInt32], constraints: [UInt32: [Constraint]], singletons: Set<UInt32>
  ) -> [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    for child in order.reversed() {
      let own = max(counts[child] ?? 1, 1)
      counts[child] = own
      guard hasKeyOfReferences(constraints[child, default: []], tenant: nil) else { continue }
      for key in constraints[child, default: []]
      where key.kind == .foreignKey && key.referencedRelation != child
        && !singletons.contains(key.referencedRelation)
      {
        counts[key.referencedRelation] = max(counts[key.referencedRelation] ?? 1, own + 1)
      }
    }
    return counts
  }

  /// Adds the relations that owned ones must refer to, and theirs.
  private static func addingReferenced(_ goal: SynthesisGoal, catalog: Catalog) -> SynthesisGoal {
    var goal = goal
    let keys = Dictionary(
      grouping: catalog.constraints.filter { $0.kind == .foreignKey }, by: \.relation)
    var open = Array(goal.owned.union(goal.shared))
    while let relation = open.popLast() {
      for key in keys[relation, default: []] {
        let target = key.referencedRelation
        guard !goal.owned.contains(target), !goal.shared.contains(target),
          catalog.relations[target] != nil
        else { continue }
        goal.shared.insert(target)
        open.append(target)
      }
    }
    return goal
  }
}
