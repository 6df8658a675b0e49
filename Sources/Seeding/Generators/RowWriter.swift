internal import Postgres
internal import Synthesis

/// Computes rows, each by itself.
///
/// For one thread; what it remembers makes it faster and changes nothing.
package final class RowWriter {
  let model: RowModel
  var choices: [ZipfKey: WeightedChoice] = [:]
  var shares: [WindowKey: [Int]] = [:]
  var curves: [WindowKey: [Int: SeasonCurve]] = [:]
  private var scratch: [UInt8] = []
  var matches: [MatchKey: [[UInt8]: [Int]]] = [:]

  /// The most rows that popularity tells apart; those behind share what is left.
  static let rankLimit = 65_536

  struct ZipfKey: Hashable {
    var count: Int
    var exponent: Double
  }

  struct WindowKey: Hashable {
    var table: Int
    var window: Int
    var tenant: Int
  }

  struct MatchKey: Hashable {
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
    let fields = model.recipes[table].columns.indices.map { column in
      value(column, of: table, place).map { String(decoding: $0, as: UTF8.self) }
    }
    bytes += CSVText.record(of: fields)
  }

  func field(
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
  func source(of column: Int, _ table: Int, _ place: RowPlace) -> ValueSource {
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
  func random(_ place: RowPlace, salt: UInt64) -> UInt64 {
    let value = Draw.value(place.random, salt: salt)
    return place.attempt == 0 ? value : Draw.mix(value &+ UInt64(place.attempt))
  }

  @inline(__always)
  func number(apart column: Int, _ table: Int, _ place: RowPlace) -> Int {
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
  func pick(_ list: ValueList, _ column: Int, _ table: Int, _ place: RowPlace) -> Int {
    let recipe = model.recipes[table].columns[column]
    if let digit = recipe.digit { return self.digit(digit, of: table, place) % max(list.count, 1) }
    if list.isDistinct { return number(apart: column, table, place) % max(list.count, 1) }
    return list.choice.pick(random(place, salt: recipe.salt))
  }

  /// Writes a value; false for NULL.
  func write(
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
  func textRandom(
    _ isDistinct: Bool, _ column: Int, _ table: Int, _ place: RowPlace
  ) -> UInt64 {
    let salt = model.recipes[table].columns[column].salt
    return isDistinct ? Draw.value(place.random, salt: salt) : random(place, salt: salt)
  }

  /// The number of units that a source gives; nil for NULL, and for what is no number.
  func number(
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

  func writeArray(
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
}
