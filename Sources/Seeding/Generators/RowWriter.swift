internal import Synthesis

/// A row by its number among a tenant's.
package struct RowPlace: Sendable, Equatable {
  /// The tenant's number; 0 for rows of nobody.
  package var tenant: Int
  /// The row's number among the tenant's.
  package var ordinal: Int
  /// Where the portion begins that the row is made with.
  package var portion: Int
  /// How often the row was refused.
  package var attempt: Int
  /// The row's random number.
  let random: UInt64
}

/// What all rows are made from.
package struct RowModel: Sendable {
  /// How the tables' rows are made.
  package var recipes: [TableRecipe]
  /// How many each table gets.
  package var counts: [RowCounts]
  /// The tenants' ids.
  package var tenants: [[UInt8]]
  /// Keys of rows that are there.
  package var pools: [KeyPool]
}

/// Computes rows, each by itself.
///
/// For one thread; what it remembers makes it faster and changes nothing.
package final class RowWriter {
  let model: RowModel
  private var choices: [ZipfKey: WeightedChoice] = [:]
  private var shares: [WindowKey: [Int]] = [:]
  private var curves: [WindowKey: [Int: SeasonCurve]] = [:]
  private var scratch: [UInt8] = []
  private var matches: [MatchKey: [[UInt8]: [Int]]] = [:]

  /// The most rows that popularity tells apart; those behind share what is left.
  private static let rankLimit = 65_536

  private struct ZipfKey: Hashable {
    var count: Int
    var exponent: Double
  }

  private struct WindowKey: Hashable {
    var table: Int
    var window: Int
    var tenant: Int
  }

  private struct MatchKey: Hashable {
    var table: Int
    var reference: Int
    var tenant: Int
  }

  /// A writer of a model's rows.
  package init(_ model: RowModel) { self.model = model }

  /// The place of a row.
  @inline(__always)
  package func place(
    _ table: Int, tenant: Int, ordinal: Int, portion: Int = 0, attempt: Int = 0
  ) -> RowPlace {
    RowPlace(
      tenant: tenant, ordinal: ordinal, portion: portion, attempt: attempt,
      random: model.recipes[table].draw.row(tenant: tenant, ordinal: ordinal))
  }

  /// Writes a row as a line of COPY in its text format.
  package func append(_ place: RowPlace, of table: Int, into bytes: inout [UInt8]) {
    let count = model.recipes[table].columns.count
    for column in 0..<count {
      if column > 0 { bytes.append(0x09) }
      field(column, of: table, place, into: &bytes)
    }
    bytes.append(0x0A)
  }

  /// Writes a row as a line of CSV, for transports that have no COPY.
  func appendCSV(_ place: RowPlace, of table: Int, into bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    for column in 0..<model.recipes[table].columns.count {
      if column > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let value = value(column, of: table, place) else { continue }
      bytes.append(quote)
      for byte in value {
        if byte == quote { bytes.append(quote) }
        bytes.append(byte)
      }
      bytes.append(quote)
    }
    bytes.append(0x0A)
  }

  private func field(
    _ column: Int, of table: Int, _ place: RowPlace, into bytes: inout [UInt8]
  ) {
    let source = source(of: column, table, place)
    if case .list(let list) = source {
      bytes.append(contentsOf: list.escaped[pick(list, column, table, place)])
      return
    }
    let start = bytes.count
    guard write(source, column, of: table, place, into: &bytes) else {
      bytes.removeLast(bytes.count - start)
      bytes.append(contentsOf: CopyText.null)
      return
    }
    if Self.mayNeedEscaping(source) {
      scratch.removeAll(keepingCapacity: true)
      CopyText.append(bytes[start...], to: &scratch)
      bytes.removeLast(bytes.count - start)
      bytes.append(contentsOf: scratch)
    }
  }

  @inline(__always)
  private static func mayNeedEscaping(_ source: ValueSource) -> Bool {
    switch source {
    case .number, .counter, .uuid, .text, .window, .sibling: false
    default: true
    }
  }

  /// The value of a column in PostgreSQL's text form; nil for NULL.
  package func value(_ column: Int, of table: Int, _ place: RowPlace) -> [UInt8]? {
    var bytes: [UInt8] = []
    return write(source(of: column, table, place), column, of: table, place, into: &bytes)
      ? bytes : nil
  }

  /// What a source gives for a column; nil for NULL.
  func value(
    _ source: ValueSource, _ column: Int, of table: Int, _ place: RowPlace
  ) -> [UInt8]? {
    var bytes: [UInt8] = []
    return write(source, column, of: table, place, into: &bytes) ? bytes : nil
  }

  /// Where the value of a row comes from, by the shape that the row has.
  @inline(__always)
  private func source(of column: Int, _ table: Int, _ place: RowPlace) -> ValueSource {
    let recipe = model.recipes[table].columns[column]
    var source = recipe.source
    if let index = recipe.group {
      let group = model.recipes[table].groups[index]
      let shape =
        group.shapes.count == 1
        ? 0 : group.choice.pick(random(place, salt: group.salt))
      source = group.shapes[shape][recipe.place]
    }
    if recipe.nulls > 0, Draw.below(1_000, random(place, salt: recipe.salt + 1)) < recipe.nulls {
      return .null
    }
    return source
  }

  /// A random number of the row; another one for each attempt.
  @inline(__always)
  private func random(_ place: RowPlace, salt: UInt64) -> UInt64 {
    let value = Draw.value(place.random, salt: salt)
    return place.attempt == 0 ? value : Draw.mix(value &+ UInt64(place.attempt))
  }

  @inline(__always)
  private func number(apart column: Int, _ table: Int, _ place: RowPlace) -> Int {
    let recipe = model.recipes[table]
    if let digit = recipe.columns[column].digit {
      return self.digit(digit, of: table, place)
    }
    let offset =
      recipe.columns[column].isApartInTable
      ? model.counts[table].offsets[place.tenant] : 0
    return recipe.base + offset + place.ordinal
  }

  @inline(__always)
  private func pick(_ list: ValueList, _ column: Int, _ table: Int, _ place: RowPlace) -> Int {
    let recipe = model.recipes[table].columns[column]
    if let digit = recipe.digit { return self.digit(digit, of: table, place) % max(list.count, 1) }
    if list.isDistinct { return number(apart: column, table, place) % max(list.count, 1) }
    return list.choice.pick(random(place, salt: recipe.salt))
  }

  /// Writes a value; false for NULL.
  private func write(
    _ source: ValueSource, _ column: Int, of table: Int, _ place: RowPlace,
    into bytes: inout [UInt8]
  ) -> Bool {
    switch source {
    case .null: return false
    case .list(let list):
      guard let value = list.values[pick(list, column, table, place)] else { return false }
      bytes.append(contentsOf: value)
    case .number, .counter, .sibling:
      guard let number = number(source, column, of: table, place) else { return false }
      source.format?.write(number, into: &bytes)
    case .uuid:
      let salt = model.recipes[table].columns[column].salt
      // A key stays what it is, however often the rest of the row is drawn again.
      let high = Draw.value(place.random, salt: salt)
      bytes.append(uuid: high, Draw.mix(high ^ place.random))
    case .text(let kind, let isDistinct, let limit):
      let start = bytes.count
      TextWriter.write(
        kind,
        kind.isOfPerson
          ? Draw.value(place.random, salt: 3) : textRandom(isDistinct, column, table, place),
        number: isDistinct ? number(apart: column, table, place) + 1 : nil, into: &bytes)
      if bytes.count - start > limit { bytes.removeLast(bytes.count - start - limit) }
    case .pattern(let template, let isDistinct):
      let number =
        isDistinct
        ? number(apart: column, table, place)
        : Draw.below(
          template.capacity, random(place, salt: model.recipes[table].columns[column].salt))
      template.write(number, into: &bytes)
    case .special(let kind, let isDistinct):
      SpecialWriter.write(
        kind, textRandom(isDistinct, column, table, place),
        number: isDistinct ? number(apart: column, table, place) + 1 : nil, into: &bytes)
    case .array(let element, let counts):
      return writeArray(element, counts, column, of: table, place, into: &bytes)
    case .tenant: bytes.append(contentsOf: model.tenants[place.tenant])
    case .reference(let index, let other):
      return writeReference(index, other, of: table, place, into: &bytes)
    case .window(let edge): writeWindow(edge, of: table, place, into: &bytes)
    }
    return true
  }

  /// What is apart stays what it is, since other rows may refer to it.
  @inline(__always)
  private func textRandom(
    _ isDistinct: Bool, _ column: Int, _ table: Int, _ place: RowPlace
  ) -> UInt64 {
    let salt = model.recipes[table].columns[column].salt
    return isDistinct ? Draw.value(place.random, salt: salt) : random(place, salt: salt)
  }

  /// The number of units that a source gives; nil for NULL, and for what is no number.
  private func number(
    _ source: ValueSource, _ column: Int, of table: Int, _ place: RowPlace
  ) -> Int? {
    let salt = model.recipes[table].columns[column].salt
    switch source {
    case .number(let number): return number.number(random(place, salt: salt))
    case .counter(let counter):
      return counter.start &+ number(apart: column, table, place) &* counter.step
    case .sibling(let other, let offsets, _):
      // The sibling has a source of its own kind in every shape that has this one.
      guard let base = number(self.source(of: other, table, place), other, of: table, place) else {
        return nil
      }
      let count = offsets.upperBound - offsets.lowerBound + 1
      return base + offsets.lowerBound + Draw.below(count, random(place, salt: salt))
    default: return nil
    }
  }

  /// The value of a column that follows another one, should that come from `base`.
  func value(
    following base: ValueSource, of other: Int, by offsets: ClosedRange<Int>,
    _ format: NumberFormat, _ column: Int, of table: Int, _ place: RowPlace
  ) -> [UInt8]? {
    guard let start = number(base, other, of: table, place) else { return nil }
    let count = offsets.upperBound - offsets.lowerBound + 1
    let salt = model.recipes[table].columns[column].salt
    var bytes: [UInt8] = []
    format.write(
      start + offsets.lowerBound + Draw.below(count, random(place, salt: salt)), into: &bytes)
    return bytes
  }

  private func writeArray(
    _ element: ValueSource, _ counts: ClosedRange<Int>, _ column: Int, of table: Int,
    _ place: RowPlace, into bytes: inout [UInt8]
  ) -> Bool {
    let salt = model.recipes[table].columns[column].salt
    let count =
      counts.lowerBound
      + Draw.below(counts.upperBound - counts.lowerBound + 1, random(place, salt: salt + 2))
    bytes.append(UInt8(ascii: "{"))
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      let part = self.place(
        table, tenant: place.tenant, ordinal: place.ordinal &* 64 &+ index, attempt: place.attempt)
      let start = bytes.count
      guard write(element, column, of: table, part, into: &bytes) else { return false }
      // Labels of an enumeration may hold what an array's text form gives a meaning.
      if bytes[start...].contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
        let value = Array(bytes[start...])
        bytes.removeLast(value.count)
        for byte in value {
          if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            bytes.append(UInt8(ascii: "\\"))
          }
          bytes.append(byte)
        }
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
    return true
  }

  // MARK: - References

  /// How many rows a foreign key can refer to.
  func targetCount(_ reference: Reference, tenant: Int) -> Int {
    switch reference.target {
    case .table(let table):
      let counts = model.counts[table].counts
      return counts[model.recipes[table].ownership == .nobody ? 0 : tenant]
    case .pool(let pool): return model.pools[pool].keys(of: tenant).count
    }
  }

  private func writeReference(
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
  private func target(
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

  private func ranked(_ count: Int, _ exponent: Double, _ random: UInt64) -> Int {
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
  private func digit(_ index: Int, of table: Int, _ place: RowPlace) -> Int {
    let recipe = model.recipes[table]
    var rest = place.ordinal
    for digit in recipe.digits.prefix(index) { rest /= max(size(digit, recipe, place.tenant), 1) }
    let size = size(recipe.digits[index], recipe, place.tenant)
    return size == .max ? recipe.base + rest : rest % max(size, 1)
  }

  private func size(_ digit: Digit, _ recipe: TableRecipe, _ tenant: Int) -> Int {
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
  private func matching(
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

  private func keyValue(
    _ target: Reference.Target, _ column: Int, _ ordinal: Int, _ tenant: Int
  ) -> [UInt8]? {
    switch target {
    case .pool(let pool): return model.pools[pool].keys(of: tenant)[ordinal][column]
    case .table(let table):
      let isShared = model.recipes[table].ownership == .nobody
      return value(column, of: table, place(table, tenant: isShared ? 0 : tenant, ordinal: ordinal))
    }
  }

  // MARK: - Windows

  private struct Slot {
    /// The row for which the window is.
    var target: Int
    /// Its number among that row's windows, and how many those are.
    var number: Int
    var count: Int
  }

  private func slot(_ index: Int, of table: Int, _ place: RowPlace) -> Slot {
    let window = model.recipes[table].windows[index]
    if window.isFree {
      let random = Draw.value(place.random, salt: 6)
      return Slot(target: 0, number: Draw.below(250, random), count: 250)
    }
    let counts = model.counts[table].counts
    let total = counts[model.recipes[table].ownership == .nobody ? 0 : place.tenant]
    if window.isInTable {
      let number = model.counts[table].offsets[place.tenant] + place.ordinal
      return Slot(
        target: 0, number: number, count: max(model.counts[table].total, number + 1))
    }
    guard let reference = window.reference else {
      return Slot(target: 0, number: place.ordinal, count: max(total, place.ordinal + 1))
    }
    let key = WindowKey(table: table, window: index, tenant: place.tenant)
    let sums: [Int]
    if let found = shares[key] {
      sums = found
    } else {
      let targets = targetCount(model.recipes[table].references[reference], tenant: place.tenant)
      sums = Window.sums(of: total, targets: targets, exponent: window.exponent)
      shares[key] = sums
    }
    var low = 0
    var high = max(sums.count - 1, 0)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > place.ordinal { high = middle } else { low = middle + 1 }
    }
    let before = low == 0 ? 0 : sums[low - 1]
    let count = (sums.isEmpty ? total : sums[low]) - before
    return Slot(target: low, number: place.ordinal - before, count: max(count, 1))
  }

  private func writeWindow(
    _ edge: WindowEdge, of table: Int, _ place: RowPlace, into bytes: inout [UInt8]
  ) {
    let index =
      switch edge {
      case .range(let index), .lower(let index), .upper(let index): index
      }
    let window = model.recipes[table].windows[index]
    let slot = slot(index, of: table, place)
    let key = WindowKey(table: table, window: index, tenant: 0)
    let curve: SeasonCurve
    if let found = curves[key]?[slot.count] {
      curve = found
    } else {
      curve = window.curve(slots: slot.count)
      if curves[key]?.count ?? 0 > 1_000 { curves[key] = [:] }
      curves[key, default: [:]][slot.count] = curve
    }
    let random = Draw.value(place.random, salt: 5)
    let (lower, upper) = window.span(slot.number, of: slot.count, on: curve, random)
    switch edge {
    case .lower: window.format.write(lower, into: &bytes)
    case .upper: window.format.write(upper, into: &bytes)
    case .range:
      bytes.append(UInt8(ascii: "["))
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      window.format.write(lower, into: &bytes)
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      bytes.append(UInt8(ascii: ","))
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      window.format.write(upper, into: &bytes)
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      bytes.append(UInt8(ascii: ")"))
    }
  }
}
