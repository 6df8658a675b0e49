internal import Postgres

/// Decides how many rows each table gets, for each tenant.
struct RowCounter {
  let writer: RowWriter
  let options: GenerationOptions
  /// How much each tenant weighs.
  let skew: [Int]
  /// Tenants that are in their table already.
  let known: [Bool]
  /// How many rows a tenant gets of each table, relative to the others, from the manifest or by depth.
  let weights: [Double]
  /// Where the manifest wants rows for each row of another table.
  let perParent: [Int: (table: Int, count: Double)]

  /// The rows of all tables, and what is worth knowing about their numbers.
  struct Counts {
    var tables: [RowCounts]
    var notes: [String] = []
    var sum: Int { tables.reduce(0) { $0 + $1.total } }
  }

  /// The counts of all tables.
  ///
  /// - Throws: `SeedError` when so few rows are asked for that not every table gets one.
  func counts() throws(SeedError) -> Counts {
    guard let asked = options.rows else { return fill(wanted(factor: 1)) }
    let least = fill(weights.map { $0 > 0 ? 1 : 0 }).sum
    guard asked >= least else {
      throw SeedError(
        .unfillable, "\(asked) rows are too few: one for each table and tenant makes \(least)",
        remedy: "Ask for --rows \(least) or more, for fewer tenants, or say rows: 0 for tables.")
    }
    // What does not fit into one table goes to the others.
    var factor = Double(asked) / max(total(weights), 1)
    var counts = fill(wanted(factor: factor))
    for _ in 0..<40 where counts.sum != asked {
      let next = factor * Double(asked) / Double(max(counts.sum, 1))
      if abs(next - factor) < 1e-12 * factor { break }
      factor = next
      counts = fill(wanted(factor: factor))
    }
    counts = settle(counts, asked: asked)
    if counts.sum != asked {
      counts.notes.append("\(counts.sum) rows of \(asked): the tables have no room for more")
    }
    return counts
  }

  /// How many rows each table is to get; those of nobody are a few, however many tenants there are.
  private func wanted(factor: Double) -> [Int] {
    weights.indices.map { table in
      writer.model.recipes[table].ownership == .nobody && !known.isEmpty
        ? Int(weights[table].rounded())
        : Int((weights[table] * Double(max(known.count, 1)) * factor).rounded())
    }
  }

  private func total(_ weights: [Double]) -> Double {
    weights.reduce(0, +) * Double(max(known.count, 1))
  }

  /// Makes up for the last few rows with the largest table that has room.
  private func settle(_ counts: Counts, asked: Int) -> Counts {
    var counts = counts
    var tried: Set<Int> = []
    while counts.sum != asked {
      // Tables on which others hang come last: each row of theirs moves more rows.
      let open = counts.tables.indices.filter { table in
        weights[table] > 0 && !tried.contains(table) && perParent[table] == nil
          && writer.model.recipes[table].ownership != .root
      }
      let best = open.max { left, right in
        (isLeaf(left) ? 1 : 0, counts.tables[left].total, -left)
          < (isLeaf(right) ? 1 : 0, counts.tables[right].total, -right)
      }
      guard let table = best else { return counts }
      tried.insert(table)
      var wanted = counts.tables.map(\.total)
      wanted[table] = max(wanted[table] + asked - counts.sum, 1)
      let filled = fill(wanted)
      if abs(asked - filled.sum) < abs(asked - counts.sum) { counts = filled }
    }
    return counts
  }

  /// True when no other table refers to it.
  private func isLeaf(_ table: Int) -> Bool {
    !writer.model.recipes.enumerated().contains { other, recipe in
      other != table && recipe.references.contains { $0.target == .table(table) }
        || perParent[other]?.table == table
    }
  }

  /// The counts when each table shall have so many rows, as far as keys and parents allow.
  private func fill(_ wanted: [Int]) -> Counts {
    let recipes = writer.model.recipes
    var result = Counts(
      tables: recipes.map { RowCounts($0.ownership == .nobody ? [0] : known.map { _ in 0 }) })
    for (table, recipe) in recipes.enumerated() {
      var shares: [Int]
      switch recipe.ownership {
      case .root:
        result.tables[table] = RowCounts(known.map { $0 ? 0 : 1 })
        continue
      case .nobody: shares = [wanted[table]]
      case .tenants:
        shares = self.shares(of: wanted[table])
        if let (parent, each) = perParent[table] {
          shares = result.tables[parent].counts.map { Int((Double($0) * each).rounded()) }
          if shares.count == 1 { shares = known.map { _ in shares[0] } }
        }
      }
      let limited = limited(shares, table, result.tables)
      result.tables[table] = limited
      if limited.total < shares.reduce(0, +), recipe.limit == nil {
        result.notes.append(
          "\(recipe.relation.displayName): \(limited.total) rows instead of"
            + " \(shares.reduce(0, +)), since its keys have no more values")
      }
    }
    return result
  }

  /// The tenants' shares: one each, and the rest by their weights.
  private func shares(of total: Int) -> [Int] {
    guard total > known.count else { return known.indices.map { $0 < total ? 1 : 0 } }
    return zip(
      known.map { _ in 1 }, WeightedChoice.shares(of: total - known.count, weights: skew)
    ).map { $0 + $1 }
  }

  /// The shares as far as keys and parents allow.
  private func limited(_ shares: [Int], _ table: Int, _ counts: [RowCounts]) -> RowCounts {
    var model = writer.model
    model.counts = counts
    let probe = RowWriter(model)
    let recipe = model.recipes[table]
    var left =
      recipe.columns.compactMap { capacity(of: $0, recipe, inTable: true) }.min()
      .map { max($0 - recipe.base, 0) } ?? .max
    return RowCounts(
      shares.enumerated().map { tenant, share in
        let count = min(share, room(of: recipe, tenant, probe), recipe.limit ?? .max, left)
        left -= count
        return count
      })
  }

  /// How many rows of a tenant the keys of a table allow.
  private func room(of recipe: TableRecipe, _ tenant: Int, _ probe: RowWriter) -> Int {
    var room = recipe.digits.isEmpty ? Int.max : probe.digitCapacity(recipe, tenant: tenant)
    for column in recipe.columns {
      if let capacity = capacity(of: column, recipe, inTable: false) {
        room = min(room, max(capacity - recipe.base, 0))
      }
    }
    for reference in recipe.references where reference.nulls < 1_000 && reference.pick != .earlier {
      let isNeeded = reference.columns.contains { pair in
        recipe.relation.column(recipe.columns[pair.own].name)?.isNotNull == true
      }
      if isNeeded, reference.nulls == 0, !isBroken(reference, recipe),
        probe.targetCount(reference, tenant: tenant) == 0
      {
        room = 0
      }
    }
    return room
  }

  /// True of a foreign key whose rows are counted later.
  private func isBroken(_ reference: Reference, _ recipe: TableRecipe) -> Bool {
    guard case .table(let target) = reference.target,
      let own = writer.model.recipes.firstIndex(where: { $0.relation.oid == recipe.relation.oid })
    else { return false }
    return target >= own
  }

  private func capacity(
    of column: ColumnRecipe, _ recipe: TableRecipe, inTable: Bool
  ) -> Int? {
    guard column.isApartInTable == inTable, column.digit == nil else { return nil }
    guard let group = column.group else { return column.source.capacity }
    return recipe.groups[group].shapes.compactMap { $0[column.place].capacity }.min()
  }
}
