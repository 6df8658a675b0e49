internal import Postgres
internal import Synthesis

/// Proposes where the values of a column could come from, the most natural first.
///
/// Whether a proposal fits the constraints is decided by the server.
struct ColumnProposals {
  /// The column.
  let column: Column
  /// The table's name.
  let table: String
  /// What CHECKs say about the column.
  let hints: [ColumnHint]
  /// The day that counts as today, since 1970-01-01.
  let today: Int
  /// True when no two rows may have the same value.
  let isDistinct: Bool
  /// How many rows need values.
  let rows: Int
  /// What patterns are sampled with.
  var random: SeededGenerator

  var type: ColumnType { column.type }
  var name: String { column.name.lowercased() }

  /// Types whose values are texts.
  static let textTypes: Set<String> = ["text", "varchar", "bpchar", "name", "citext"]

  /// The proposals.
  mutating func sources() -> [ValueSource] {
    var sources = isDistinct ? distinct() : natural()
    if !isDistinct || sources.isEmpty { sources += constants() }
    var unique: [ValueSource] = []
    for source in sources where !unique.contains(source) { unique.append(source) }
    return unique
  }

  private func has(_ parts: String...) -> Bool { parts.contains { name.contains($0) } }

  // MARK: - Any values

  private mutating func natural() -> [ValueSource] {
    if type.isArray { return arrays() }
    if !type.labels.isEmpty { return [labels()] }
    if type.category == "r" { return [] }
    if let format { return numbers(format) }
    if Self.textTypes.contains(type.baseName) { return texts() }
    switch type.baseName {
    case "bool": return [truth()]
    case "uuid": return [.uuid]
    default: return special.map { [.special($0, isDistinct: false)] } ?? []
    }
  }

  private func labels() -> ValueSource {
    guard let usual = defaultConstant, let index = type.labels.firstIndex(of: usual) else {
      return .list(ValueList(type.labels))
    }
    // What a column gets by default is what most rows have.
    let weights = type.labels.indices.map { $0 == index ? 3 : 2 }
    return .list(ValueList(type.labels, weights: weights))
  }

  /// The constant that a default is; nil for anything else.
  private var defaultConstant: String? {
    guard let text = column.defaultExpression, text.hasPrefix("'") else { return nil }
    return text.dropFirst().split(separator: "'", omittingEmptySubsequences: false).first
      .map { String($0) }
  }

  private func truth() -> ValueSource {
    let share =
      has("active", "enabled", "verified", "visible", "published")
      ? 85
      : has("deleted", "archived", "disabled", "blocked", "locked", "hidden", "admin") ? 8 : 40
    return .list(ValueList(["true", "false"], weights: [share, 100 - share]))
  }

  private mutating func arrays() -> [ValueSource] {
    var element = column
    element.type.isArray = false
    element.type.baseName = type.elementName ?? "text"
    element.type.modifier = -1
    var proposals = ColumnProposals(
      column: element, table: table, hints: hints, today: today, isDistinct: false, rows: rows,
      random: random)
    let inner = proposals.natural().prefix(3)
    return inner.map { .array($0, counts: 0...3) } + inner.map { .array($0, counts: 1...1) }
      + [.list(ValueList(["{}"]))]
  }

  // MARK: - Numbers and times

  /// How the type's numbers are written; nil for a type that has none.
  var format: NumberFormat? {
    switch type.baseName {
    case "int2", "int4", "int8", "oid": .integer
    case "numeric", "money": .decimal(scale: scale)
    case "float4", "float8": .decimal(scale: 2)
    case "date": .date
    case "timestamp", "timestamptz": .timestamp
    case "time", "timetz": .time
    case "interval": .interval
    default: nil
    }
  }

  private var scale: Int {
    // numeric(p,s) keeps ((p << 16) | s) + 4 as its modifier (utils/adt/numeric.c).
    type.baseName == "numeric" && type.modifier >= 4 ? (type.modifier - 4) & 0x7FF : 2
  }

  /// The numbers that the type can hold, in units.
  private var limits: ClosedRange<Int> {
    switch type.baseName {
    case "int2": return -32_768...32_767
    case "int4": return -2_147_483_648...2_147_483_647
    case "oid": return 0...2_147_483_647
    case "numeric" where type.modifier >= 4:
      let precision = min(((type.modifier - 4) >> 16) & 0xFFFF, 17)
      let most = (0..<precision).reduce(1) { product, _ in product * 10 } - 1
      return -most...most
    case "time", "timetz": return 0...86_399
    default: return -1_000_000_000_000_000_000...1_000_000_000_000_000_000
    }
  }

  private func numbers(_ format: NumberFormat) -> [ValueSource] {
    let usual = Self.within(usualRange(format), limits)
    var sources: [ValueSource] = []
    func add(_ range: ClosedRange<Int>, _ spread: NumberSource.Spread = .uniform) {
      let within = Self.within(range, limits)
      if within.lowerBound <= within.upperBound {
        sources.append(.number(NumberSource(within, format, spread: spread)))
      }
    }
    add(usual)
    let one = format.unitsPerDay ?? 1
    let far = max(usual.upperBound - usual.lowerBound, one)
    let known = Set(
      hints.compactMap { hint -> Int? in
        guard case .value(let text) = hint else { return nil }
        return format.units(text)
      }
    ).sorted()
    if known.count > 2, let least = known.first, let most = known.last {
      add(least...most)
      add(least...(most - 1))
    }
    for (lower, upper) in zip(known, known.dropFirst()) where upper - lower > 1 {
      add(lower...upper)
      add(lower...(upper - 1))
      add((lower + 1)...upper)
      add((lower + 1)...(upper - 1))
    }
    for bound in known {
      add((bound + 1)...(bound + far))
      add((bound - far)...(bound - 1))
      add(bound...bound)
    }
    add(0...1)
    add(1...1)
    return sources
  }

  private static func within(
    _ range: ClosedRange<Int>, _ limits: ClosedRange<Int>
  ) -> ClosedRange<Int> { range.clamped(to: limits) }

  private func usualRange(_ format: NumberFormat) -> ClosedRange<Int> {
    switch format {
    case .integer: return wholeRange
    case .decimal(let scale):
      let one = (0..<scale).reduce(1) { product, _ in product * 10 }
      if has("lat") { return (-90 * one)...(90 * one) }
      if has("lng", "lon") { return (-180 * one)...(180 * one) }
      if has("tax", "percent", "discount", "ratio") || name == "rate" { return 0...(25 * one) }
      if has("rating", "score") { return one...(5 * one) }
      if scale >= 4 { return 0...(100 * one) }
      return (10 * one)...(500 * one)
    case .date, .timestamp:
      let units = format.unitsPerDay ?? 1
      return (days.lowerBound * units)...(days.upperBound * units)
    case .time: return 21_600...79_200
    case .interval: return 900...86_400
    }
  }

  /// The days between which dates of the column usually lie.
  private var days: ClosedRange<Int> {
    if has("birth", "dob") { return (today - 29_000)...(today - 6_600) }
    if has("due", "expire", "expir", "until", "deadline", "end", "depart", "check_out", "renew") {
      return (today + 1)...(today + 365)
    }
    if has("start", "begin", "arriv", "check_in", "valid_from", "schedul", "planned") {
      return (today - 365)...(today + 180)
    }
    return (today - 730)...(today - 1)
  }

  private var wholeRange: ClosedRange<Int> {
    if has("percent", "pct") { return 0...100 }
    if has("rating", "stars", "score") { return 1...5 }
    if has("year") { return 2_015...2_026 }
    if name == "age" { return 18...90 }
    if has("cents", "amount", "price", "total", "cost", "balance", "fee") { return 500...50_000 }
    if has("child") { return 0...3 }
    if has("quantity", "qty", "guests", "adults", "capacity", "seats", "beds") { return 1...4 }
    if has("minutes", "duration") { return 15...240 }
    if has("days", "nights") { return 1...14 }
    if has("position", "sort", "order", "rank", "line_no", "seq", "index") { return 1...100 }
    if has("version", "revision", "level", "priority") { return 1...5 }
    if has("size", "bytes", "length", "weight") { return 100...100_000 }
    if has("width", "height") { return 100...2_000 }
    return 1...1_000
  }

  // MARK: - Values that keep rows apart

  private mutating func distinct() -> [ValueSource] {
    if let format, format != .interval { return counters(format) }
    if Self.textTypes.contains(type.baseName), !type.isArray { return distinctTexts() }
    if type.baseName == "uuid", !type.isArray { return [.uuid] }
    if !type.isArray, let special, special != .xml { return [.special(special, isDistinct: true)] }
    return []
  }

  private func counters(_ format: NumberFormat) -> [ValueSource] {
    let most = limits.upperBound
    switch format {
    case .date: return [.counter(.init(start: today - 730, format: format))]
    case .timestamp:
      return [.counter(.init(start: (today - 730) * 86_400, step: 61, format: format))]
    case .time: return [.counter(.init(start: 0, limit: most, format: format))]
    default:
      let known = hints.compactMap { hint -> Int? in
        guard case .value(let text) = hint else { return nil }
        return format.units(text)
      }
      let starts = [1] + known.flatMap { [$0 + 1, $0] } + [1_000, 100, 0]
      return starts.map { .counter(.init(start: $0, limit: most, format: format)) }
    }
  }

  // MARK: - The rest

  private var special: SpecialKind? {
    switch type.baseName {
    case "inet": .inet
    case "cidr": .cidr
    case "macaddr": .macaddr
    case "macaddr8": .macaddr8
    case "bytea": .bytea
    case "json", "jsonb": .json
    case "tsvector": .tsvector
    case "point": .point
    case "bit", "varbit": .bits(type.modifier > 0 ? type.modifier : 8)
    case "xml": .xml
    default: nil
    }
  }

  /// The values that `verify-rls` would try, each by itself.
  private mutating func constants() -> [ValueSource] {
    (candidates(ordinals: 0..<1).prefix(24)).map { .list(ValueList([$0])) }
  }

  /// Values that are proposed for so many rows, each once.
  mutating func candidates(ordinals: Range<Int>) -> [String] {
    var seen: Set<String> = []
    var values: [String] = []
    for ordinal in ordinals {
      var candidates = ValueCandidates(
        ordinal: ordinal, random: SeededGenerator(seed: random.next()))
      values += candidates.values(for: type, hints: hints).filter { seen.insert($0).inserted }
    }
    return values
  }
}
