internal import Postgres
internal import Synthesis

/// Makes of what the manifest says about a column the source of its values.
struct ColumnRuleReader {
  let column: Column
  let rule: SeedColumnRule
  let format: NumberFormat?
  let isApart: Bool
  let today: Int
  /// The file that says it.
  let file: String

  /// The only sources that are allowed; nil where the rule leaves it to dbtool.
  func sources() throws(SeedError) -> [ValueSource]? {
    if !rule.values.isEmpty { return [try list()] }
    if let kind = rule.kind { return [try text(kind)] }
    if !rule.between.isEmpty { return [try between()] }
    guard let distribution = rule.distribution ?? (rule.season.isEmpty ? nil : .uniform) else {
      return nil
    }
    if !column.type.labels.isEmpty {
      return [
        .list(
          ValueList(column.type.labels, weights: weights(column.type.labels.count, distribution)))
      ]
    }
    if !rule.season.isEmpty, let units = format?.unitsPerDay {
      let range = (today - 730)...(today - 1)
      return [seasonal(range, units: units)]
    }
    return nil
  }

  private func failure(_ message: String) -> SeedError {
    SeedError.manifest("column \(column.name): \(message)", file: file, line: rule.line)
  }

  private func weights(
    _ count: Int, _ distribution: SeedColumnRule.Distribution
  ) -> [Int] {
    switch distribution {
    case .uniform: return Array(repeating: 1, count: count)
    case .zipf(let exponent): return Zipf.weights(count, exponent: exponent)
    case .normal:
      // The rows of Pascal's triangle come near to it.
      var row = [1]
      while row.count < min(count, 60) {
        row = zip([0] + row, row + [0]).map { $0 + $1 }
      }
      return (0..<count).map { row[$0 * row.count / count] }
    }
  }

  private func list() throws(SeedError) -> ValueSource {
    if rule.values.contains(where: { $0.value == nil }), column.isNotNull {
      throw failure("it is NOT NULL, and null is among its values")
    }
    if isApart, rule.values.contains(where: { $0.weight != 1 }) {
      throw failure("its values must all differ, so they cannot have weights")
    }
    if !column.type.labels.isEmpty, !column.type.isArray,
      let wrong = rule.values.first(where: { $0.value.map(column.type.labels.contains) == false })
    {
      throw failure(
        "\((wrong.value ?? "").debugDescription) is no value of \(column.type.sql); its values are "
          + column.type.labels.joined(separator: ", "))
    }
    let texts = rule.values.map(\.value)
    if let distribution = rule.distribution {
      return .list(
        ValueList(texts, weights: weights(texts.count, distribution), isDistinct: isApart))
    }
    let most = rule.values.map(\.weight).max() ?? 1
    let weights = rule.values.map { Int($0.weight / most * 1_000_000) }
    return .list(ValueList(texts, weights: weights, isDistinct: isApart))
  }

  private func text(_ name: String) throws(SeedError) -> ValueSource {
    guard let kind = TextKind(rawValue: name) else {
      let known = TextKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("there is no kind \(name.debugDescription); there are \(known)")
    }
    guard ColumnProposals.textTypes.contains(column.type.baseName), !column.type.isArray else {
      throw failure("a kind is for texts, and this is \(column.type.sql)")
    }
    let limit = column.type.modifier > 4 ? column.type.modifier - 4 : Int.max
    return .text(kind, isDistinct: isApart, limit: limit)
  }

  private func between() throws(SeedError) -> ValueSource {
    guard let format, !column.type.isArray else {
      throw failure("between is for numbers, dates and times, and this is \(column.type.sql)")
    }
    guard let lower = format.units(rule.between[0]), let upper = format.units(rule.between[1])
    else {
      throw failure("between must be two values of \(column.type.sql)")
    }
    guard lower <= upper else { throw failure("the first value of between is the greater one") }
    if isApart { return .counter(.init(start: lower, limit: upper, format: format)) }
    if let units = format.unitsPerDay, !rule.season.isEmpty {
      return seasonal((lower / units)...(upper / units), units: units)
    }
    switch rule.distribution {
    case .normal: return .number(.init(lower...upper, format, spread: .normal))
    case .zipf(let exponent):
      let parts = min(upper - lower + 1, 1_000)
      let choice = WeightedChoice(weights: Zipf.weights(parts, exponent: exponent))
      return .number(.init(lower...upper, format, spread: .ranked(choice)))
    default: return .number(.init(lower...upper, format))
    }
  }

  private func seasonal(_ days: ClosedRange<Int>, units: Int) -> ValueSource {
    let curve = SeasonCurve(
      start: days.lowerBound, days: days.upperBound - days.lowerBound + 1, months: rule.season)
    let range = (days.lowerBound * units)...((days.upperBound + 1) * units - 1)
    return .number(.init(range, units == 1 ? .date : .timestamp, spread: .season(curve)))
  }
}

extension SeedError {
  /// An error about a line of a manifest.
  static func manifest(_ message: String, file: String, line: Int) -> SeedError {
    var error = SeedError(.invalidManifest, message, file: file)
    error.line = line
    return error
  }
}
