extension RowWriter {
  /// How many rows a foreign key can refer to.
  func targetCount(_ reference: Reference, tenant: Int) -> Int {
    switch reference.target {
    case .table(let table):
      let counts = model.counts[table].counts
      return counts[model.recipes[table].ownership == .nobody ? 0 : tenant]
    case .pool(let pool): return model.pools[pool].keys(of: tenant).count
    }
  }

  func writeReference(
    _ index: Int, _ other: Int, of table: Int, _ place: RowPlace, into bytes: inout [UInt8]
  ) -> Bool {
    let reference = model.recipes[table].references[index]
    guard let target = target(reference, index, of: table, place) else { return false }
    switch reference.target {
    case .pool(let pool):
      bytes.append(contentsOf: model.pools[pool].keys(of: place.tenant)[target][other])
      return true
    case .table(let parent):
      let isShared = model.recipes[parent].ownership == .nobody
      let there = self.place(parent, tenant: isShared ? 0 : place.tenant, ordinal: target)
      return write(source(of: other, parent, there), other, of: parent, there, into: &bytes)
    }
  }

  /// The number of the row that a foreign key refers to; nil for none.
  func target(
    _ reference: Reference, _ index: Int, of table: Int, _ place: RowPlace
  ) -> Int? {
    if reference.nulls > 0,
      Draw.below(1_000, Draw.value(place.random, salt: reference.salt + 1)) < reference.nulls
    {
      return nil
    }
    let count = targetCount(reference, tenant: place.tenant)
    guard count > 0 || reference.pick == .earlier else { return nil }
    // Not by the attempt: what a row refers to may be part of its key.
    let random = Draw.value(place.random, salt: reference.salt)
    switch reference.pick {
    case .uniform: return Draw.below(count, random)
    case .zipf(let exponent): return ranked(count, exponent, random)
    case .digit(let digit): return self.digit(digit, of: table, place) % count
    case .window(let window): return slot(window, of: table, place).target
    case .earlier:
      let position = place.ordinal - place.portion
      return position == 0 ? place.ordinal : place.portion + (position - 1) / 4
    case .matching(let other):
      return matching(reference, index, with: other, of: table, place, random)
    }
  }

  func ranked(_ count: Int, _ exponent: Double, _ random: UInt64) -> Int {
    let known = min(count, Self.rankLimit)
    let key = ZipfKey(count: count, exponent: exponent)
    let choice: WeightedChoice
    if let found = choices[key] {
      choice = found
    } else {
      var weights = Zipf.weights(known, exponent: exponent)
      if count > known {
        // What lies behind weighs as much as if each weighed like the last one that is told apart.
        weights.append(
          Zipf.weight(rank: known, exponent: exponent).multipliedReportingOverflow(
            by: count - known
          )
          .partialValue)
      }
      choice = WeightedChoice(weights: weights)
      choices[key] = choice
    }
    let rank = choice.pick(random)
    return rank < known ? rank : known + Draw.below(count - known, Draw.mix(random))
  }

  /// The part of a row's number that is called for.
  func digit(_ index: Int, of table: Int, _ place: RowPlace) -> Int {
    let recipe = model.recipes[table]
    var rest = place.ordinal
    for digit in recipe.digits.prefix(index) { rest /= max(size(digit, recipe, place.tenant), 1) }
    let size = size(recipe.digits[index], recipe, place.tenant)
    return size == .max ? recipe.base + rest : rest % max(size, 1)
  }

  func size(_ digit: Digit, _ recipe: TableRecipe, _ tenant: Int) -> Int {
    switch digit {
    case .reference(let index): targetCount(recipe.references[index], tenant: tenant)
    case .values(let count): count
    case .rest: .max
    }
  }

  /// How many rows of a tenant have numbers of which no two are alike.
  func digitCapacity(_ recipe: TableRecipe, tenant: Int) -> Int {
    recipe.digits.reduce(1) { product, digit in
      let (result, overflows) = product.multipliedReportingOverflow(
        by: size(digit, recipe, tenant))
      return overflows ? .max : result
    }
  }

  /// A row that agrees with another reference in the columns that both have.
  func matching(
    _ reference: Reference, _ index: Int, with other: Int, of table: Int, _ place: RowPlace,
    _ random: UInt64
  ) -> Int? {
    let first = model.recipes[table].references[other]
    let shared = reference.columns.filter { pair in first.columns.contains { $0.own == pair.own } }
    func key(_ values: [[UInt8]?]) -> [UInt8] { values.flatMap { ($0 ?? []) + [0] } }
    let place0 = MatchKey(table: table, reference: index, tenant: place.tenant)
    if matches[place0] == nil {
      var rows: [[UInt8]: [Int]] = [:]
      for ordinal in 0..<min(targetCount(reference, tenant: place.tenant), Self.rankLimit) {
        let values = shared.map { keyValue(reference.target, $0.other, ordinal, place.tenant) }
        rows[key(values), default: []].append(ordinal)
      }
      matches[place0] = rows
    }
    let wanted = shared.map { pair -> [UInt8]? in
      var bytes: [UInt8] = []
      guard let source = first.columns.first(where: { $0.own == pair.own }),
        writeReference(other, source.other, of: table, place, into: &bytes)
      else { return nil }
      return bytes
    }
    guard let rows = matches[place0]?[key(wanted)], !rows.isEmpty else { return nil }
    return rows[Draw.below(rows.count, random)]
  }

  func keyValue(
    _ target: Reference.Target, _ column: Int, _ ordinal: Int, _ tenant: Int
  ) -> [UInt8]? {
    switch target {
    case .pool(let pool): return model.pools[pool].keys(of: tenant)[ordinal][column]
    case .table(let table):
      let isShared = model.recipes[table].ownership == .nobody
      return value(column, of: table, place(table, tenant: isShared ? 0 : tenant, ordinal: ordinal))
    }
  }
}
