package import Synthesis

/// Where the values of a column come from.
package indirect enum ValueSource: Sendable, Equatable {
  /// Always NULL.
  case null
  /// One of some values.
  case list(ValueList)
  /// A number, date or time between bounds.
  case number(NumberSource)
  /// A number, date or time that grows from row to row.
  case counter(CounterSource)
  /// As much more, or less, than another column's value.
  case sibling(column: Int, offsets: ClosedRange<Int>, format: NumberFormat)
  /// A UUID, different for each row.
  case uuid
  /// A text that people might have written, of at most `limit` characters.
  case text(TextKind, isDistinct: Bool, limit: Int)
  /// A text of a shape.
  case pattern(PatternTemplate, isDistinct: Bool)
  /// A value of one of the rarer types.
  case special(SpecialKind, isDistinct: Bool)
  /// Some values of another source.
  case array(ValueSource, counts: ClosedRange<Int>)
  /// The id of the tenant whose row it is.
  case tenant
  /// A column of the row that a foreign key of the table refers to.
  case reference(Int, column: Int)
  /// A part of the table's window of time.
  case window(WindowEdge)

  /// True when no two rows of a tenant have the same value, as long as there are values.
  var isDistinct: Bool {
    switch self {
    case .counter, .uuid: true
    case .text(_, let isDistinct, _), .pattern(_, let isDistinct), .special(_, let isDistinct):
      isDistinct
    case .list(let list): list.isDistinct
    default: false
    }
  }

  /// How many different values there are at most; nil for more than anybody needs.
  var capacity: Int? {
    switch self {
    case .list(let list): list.isDistinct ? list.count : nil
    case .pattern(let template, true): template.capacity
    case .counter(let counter): counter.capacity
    default: nil
    }
  }

  /// How the numbers of the source are written; nil for what is no number.
  var format: NumberFormat? {
    switch self {
    case .number(let number): number.format
    case .counter(let counter): counter.format
    case .sibling(_, _, let format): format
    default: nil
    }
  }
}

/// Values to choose from.
package struct ValueList: Sendable, Equatable {
  /// The values in PostgreSQL's text form; nil is NULL.
  package let values: [[UInt8]?]
  /// The values as a line of COPY holds them.
  let escaped: [[UInt8]]
  let choice: WeightedChoice
  /// True when each row takes the next one, so that none comes twice.
  package let isDistinct: Bool
  /// How many values there are.
  package var count: Int { values.count }
  /// The weights, relative to a million for all together.
  private let weights: [Int]

  /// A list of values that come as often as their weights say.
  package init(_ values: [String?], weights: [Int]? = nil, isDistinct: Bool = false) {
    self.values = values.map { $0.map { Array($0.utf8) } }
    escaped = self.values.map { CopyText.field($0) }
    let given = weights ?? values.map { _ in 1 }
    choice = WeightedChoice(weights: given)
    let total = max(given.reduce(0, +), 1)
    self.weights = given.map { weight in
      given.count == 1 ? weight : Int(Double(weight) / Double(total) * 1_000_000)
    }
    self.isDistinct = isDistinct
  }

  /// How often a value comes, out of a million; of a single value what was given for it.
  func weight(_ index: Int) -> Int { weights[index] }
}

/// Numbers between bounds.
package struct NumberSource: Sendable, Equatable {
  /// How numbers are spread between their bounds.
  package enum Spread: Sendable, Equatable {
    /// Each as often as any other.
    case uniform
    /// Around the middle: the mean of four uniform numbers.
    case normal
    /// The k-th smallest as often as the choice says, out of as many parts as it has.
    case ranked(WeightedChoice)
    /// Days by the season's weights.
    case season(SeasonCurve)
  }

  /// The bounds, in the format's units.
  package var range: ClosedRange<Int>
  /// How a number is written.
  package var format: NumberFormat
  /// How numbers are spread.
  package var spread = Spread.uniform

  /// Numbers between bounds.
  package init(_ range: ClosedRange<Int>, _ format: NumberFormat, spread: Spread = .uniform) {
    self.range = range
    self.format = format
    self.spread = spread
  }

  /// The number that `random` falls on.
  @inline(__always)
  package func number(_ random: UInt64) -> Int {
    let count = range.upperBound - range.lowerBound + 1
    switch spread {
    case .uniform: return range.lowerBound + Draw.below(count, random)
    case .normal:
      var sum = 0
      var next = random
      for _ in 0..<4 {
        sum += Draw.below(count, next)
        next = Draw.mix(next)
      }
      return range.lowerBound + sum / 4
    case .ranked(let choice):
      let part = choice.pick(random)
      let start = part * count / choice.count
      let size = max(1, (part + 1) * count / choice.count - start)
      return range.lowerBound + min(start + Draw.below(size, Draw.mix(random)), count - 1)
    case .season(let curve):
      let units = format.unitsPerDay ?? 1
      let value = curve.day(random) * units + Draw.below(units, Draw.mix(random))
      return min(max(value, range.lowerBound), range.upperBound)
    }
  }
}

/// Numbers that grow from row to row.
package struct CounterSource: Sendable, Equatable {
  /// The number of the first row.
  package var start: Int
  /// How much it grows.
  package var step: Int
  /// The greatest number that the type holds.
  package var limit: Int
  /// How a number is written.
  package var format: NumberFormat

  /// A counter from its parts.
  package init(start: Int, step: Int = 1, limit: Int = .max, format: NumberFormat = .integer) {
    self.start = start
    self.step = step
    self.limit = limit
    self.format = format
  }

  /// How many numbers there are.
  var capacity: Int { limit < start ? 0 : (limit - start) / max(step, 1) + (limit == .max ? 0 : 1) }
}

/// A rarer type of which values can be made up.
package enum SpecialKind: Sendable, Equatable {
  /// An address of the Internet, out of those kept for documentation (RFC 3849).
  case inet
  /// A network.
  case cidr
  /// A hardware address.
  case macaddr
  /// A hardware address of eight bytes.
  case macaddr8
  /// Bytes.
  case bytea
  /// A JSON object.
  case json
  /// Words to search in.
  case tsvector
  /// A point of a plane.
  case point
  /// A point of the earth as longitude and latitude.
  case bits(Int)
  /// An XML element.
  case xml
}

/// A part of a window of time or of numbers.
package enum WindowEdge: Sendable, Equatable {
  /// The whole as a range.
  case range(Int)
  /// Its beginning.
  case lower(Int)
  /// Its end.
  case upper(Int)
}

/// Values in the text format of COPY (PostgreSQL manual, COPY, "Text Format").
enum CopyText {
  static let null: [UInt8] = Array(#"\N"#.utf8)

  /// A value as a line holds it.
  static func field(_ value: [UInt8]?) -> [UInt8] {
    guard let value else { return null }
    var field: [UInt8] = []
    append(value[...], to: &field)
    return field
  }

  static func append(_ value: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
      case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
      case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
      case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
      default: bytes.append(byte)
      }
    }
  }
}
