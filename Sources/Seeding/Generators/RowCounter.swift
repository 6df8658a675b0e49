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
  /// Tables whose numbers the manifest gives for a run without --rows.
  let notes: Notes

  /// What is said about the outcome.
  final class Notes {
    var lines: [String] = []
  }

  /// The counts of all tables.
  ///
  /// - Throws: `SeedError` when so few rows are asked for that not every table gets one.
  func counts() throws(SeedError) -> [RowCounts] {
    let recipes = writer.model.recipes
    guard let asked = options.rows else {
      return fill(wanted(factor: 1), notes: true)
    }
    let least = fill(
      recipes.indices.map { weights[$0] > 0 ? 1 : 0 }, notes: false
    ).reduce(0) { $0 + $1.total }
    guard asked >= least else {
      throw SeedError(
        .unfillable, "\(asked) rows are too few: one for each table and tenant makes \(least)",
        remedy: "Ask for --rows \(least) or more, for fewer tenants, or say rows: 0 for tables.")
    }
    // What does not fit into one table goes to the others.
    var factor = Double(asked) / max(total(weights), 1)
    var counts: [RowCounts] = []
    for _ in 0..<40 {
      counts = fill(wanted(factor: factor), notes: false)
      let sum = counts.reduce(0) { $0 + $1.total }
      if sum == asked { break }
      let open = max(Double(sum), 1)
      let next = factor * Double(asked) / open
      if abs(next - factor) < 1e-12 * factor { break }
      factor = next
    }
    var wanted = counts.map(\.total)
    counts = settle(&wanted, asked: asked)
    let sum = counts.reduce(0) { $0 + $1.total }
    if sum != asked {
      notes.lines.append("\(sum) rows of \(asked): the tables have no room for more")
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
  private func settle(_ wanted: inout [Int], asked: Int) -> [RowCounts] {
    var counts = fill(wanted, notes: true)
    let dependent = Set(
      writer.model.recipes.enumerated().flatMap { table, recipe in
        perParent[table] == nil
          ? [] : [table]
      })
    var tried: Set<Int> = []
    for _ in 0..<60 {
      let missing = asked - counts.reduce(0) { $0 + $1.total }
      guard missing != 0 else { return counts }
      // Tables on which others hang come last: each row of theirs moves more rows.
      let order = counts.indices.filter { table in
        weights[table] > 0 && !tried.contains(table) && !dependent.contains(table)
          && writer.model.recipes[table].ownership != .root
      }.sorted { (isLeaf($0) ? 1 : 0, counts[$0].total) > (isLeaf($1) ? 1 : 0, counts[$1].total) }
      guard let table = order.first else { return counts }
      var next = wanted
      next[table] = max(counts[table].total + missing, 1)
      let filled = fill(next, notes: false)
      let sum = filled.reduce(0) { $0 + $1.total }
      if abs(asked - sum) < abs(missing) {
        wanted = next
        counts = filled
      }
      if sum != asked { tried.insert(table) }
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
  private func fill(_ wanted: [Int], notes isNoting: Bool) -> [RowCounts] {
    let recipes = writer.model.recipes
    var counts = recipes.map { recipe in
      RowCounts(recipe.ownership == .nobody ? [0] : known.map { _ in 0 })
    }
    for (table, recipe) in recipes.enumerated() {
      switch recipe.ownership {
      case .root: counts[table] = RowCounts(known.map { $0 ? 0 : 1 })
      case .nobody:
        counts[table] = limited([wanted[table]], table, counts, isNoting)
      case .tenants:
        var shares = shares(of: wanted[table])
        if let (parent, each) = perParent[table] {
          shares = counts[parent].counts.map { Int((Double($0) * each).rounded()) }
          if counts[parent].counts.count == 1 { shares = known.map { _ in shares[0] } }
        }
        counts[table] = limited(shares, table, counts, isNoting)
      }
    }
    return counts
  }

  /// The tenants' shares: one each, and the rest by their weights.
  private func shares(of total: Int) -> [Int] {
    guard total > known.count else { return known.indices.map { $0 < total ? 1 : 0 } }
    return zip(
      known.map { _ in 1 }, WeightedChoice.shares(of: total - known.count, weights: skew)
    ).map { $0 + $1 }
  }

  private func limited(
    _ shares: [Int], _ table: Int, _ counts: [RowCounts], _ isNoting: Bool
  ) -> RowCounts {
    var model = writer.model
    model.counts = counts
    let probe = RowWriter(model)
    let recipe = model.recipes[table]
    var result = shares
    for tenant in result.indices {
      let most = min(room(of: recipe, tenant, probe), recipe.limit ?? .max)
      result[tenant] = min(result[tenant], most)
    }
    if let inAll = recipe.columns.lazy.compactMap({ self.capacity(of: $0, recipe, inTable: true) })
      .min()
    {
      var left = max(inAll - recipe.base, 0)
      for tenant in result.indices {
        result[tenant] = min(result[tenant], left)
        left -= result[tenant]
      }
    }
    let lost = shares.reduce(0, +) - result.reduce(0, +)
    if lost > 0, isNoting, recipe.limit == nil {
      notes.lines.append(
        "\(recipe.relation.displayName): \(result.reduce(0, +)) rows instead of"
          + " \(shares.reduce(0, +)), since its keys have no more values")
    }
    return RowCounts(result)
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
