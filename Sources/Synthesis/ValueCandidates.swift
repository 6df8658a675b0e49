package import Postgres
internal import SQLSyntax
internal import Wording

/// Proposes values for a column, the most natural first.
///
/// Values of different `ordinal`s differ wherever the type has enough values, so that rows do not
/// collide in unique keys and exclusion constraints.
package struct ValueCandidates {
  /// Number of the row among those that are made for the table.
  package var ordinal: Int
  private var random: SeededGenerator

  /// Proposals for one row.
  package init(ordinal: Int, random: SeededGenerator) {
    self.ordinal = ordinal
    self.random = random
  }

  /// Values in PostgreSQL's text form, without duplicates.
  package mutating func values(for type: ColumnType, hints: [ColumnHint]) -> [String] {
    let natural = type.isArray ? arrays(of: type) : natural(type)
    // Hints stand before the odder natural values, since the end of a long list is cut off first.
    var result = Array(natural.prefix(2)) + hinted(hints, type: type) + natural.dropFirst(2)
    if let limit = characterLimit(type) { result = result.map { String($0.prefix(limit)) } }
    var seen: Set<String> = []
    return result.filter { seen.insert($0).inserted }
  }

  /// A text that no other row has.
  private mutating func word() -> String { "t" + random.letters(7) + String(ordinal) }

  private mutating func natural(_ type: ColumnType) -> [String] {
    if !type.labels.isEmpty { return rotated(type.labels) }
    if type.elementName != nil, type.category == "r" || type.category == "m" {
      let range = ranges(of: type.elementName ?? "")
      return type.category == "m" ? range.map { "{\($0)}" } : range
    }
    // A row of NULLs, of as many columns as the type may have.
    if type.category == "c" {
      return (0...16).map { "(" + String(repeating: ",", count: $0) + ")" }
    }
    return scalar(type.baseName, modifier: type.modifier)
  }

  private mutating func scalar(_ name: String, modifier: Int) -> [String] {
    switch name {
    case "bool": return rotated(["false", "true"])
    case "int2":
      return numbers([100 + ordinal, 20_000 + Int.random(in: 0..<9_000, using: &random)])
    case "int4", "oid", "xid", "cid":
      return numbers([
        200_000_000 + Int.random(in: 0..<800_000_000, using: &random), 100 + ordinal,
      ])
    case "int8":
      return numbers([
        4_000_000_000_000_000 + Int.random(in: 0..<900_000_000_000, using: &random), 100 + ordinal,
      ])
    case "numeric": return decimals(modifier: modifier)
    case "float4", "float8": return ["\(ordinal + 1).5", "0.5", "0", "1", "-1", "100", "1000000"]
    case "money": return ["\(ordinal + 1).50", "0", "100"]
    case "uuid": return [random.uuid()]
    case "date": return days.map { "\($0)" }
    case "timestamp", "timestamptz": return days.map { "\($0) 12:00:00+00" }
    case "time", "timetz":
      return [twoDigits(ordinal % 24) + ":15:00+00", "12:00:00+00", "00:00:00+00"]
    case "interval": return ["\(ordinal + 1) days", "1 hour", "0", "1 month"]
    case "json", "jsonb": return ["{}", "[]", "{\"key\": \"\(word())\"}", "\"text\"", "1", "true"]
    case "bytea": return ["\\x" + fourBytes(), "\\x", "\\x00", "\\x" + fourBytes() + fourBytes()]
    case "inet": return ["10.1.\(ordinal % 256).\(random.next() % 256)", "::1", "10.0.0.0/8"]
    case "cidr": return ["10.1.\(ordinal % 256).0/24", "10.0.0.0/8"]
    case "macaddr": return ["08:00:2b:01:02:" + twoHexDigits(ordinal)]
    case "macaddr8": return ["08:00:2b:01:02:03:04:" + twoHexDigits(ordinal)]
    case "bit", "varbit": return bits(modifier: modifier)
    case "point": return ["(\(ordinal),1)"]
    case "line": return ["{1,-1,\(ordinal)}"]
    case "lseg": return ["[(0,0),(1,\(ordinal + 1))]"]
    case "box": return ["((\(ordinal * 10),0),(\(ordinal * 10 + 1),1))"]
    case "path": return ["[(0,0),(1,\(ordinal + 1))]"]
    case "polygon": return ["((0,0),(1,0),(1,\(ordinal + 1)))"]
    case "circle": return ["<(\(ordinal * 10),0),1>"]
    case "tsvector": return ["'\(word())'"]
    case "tsquery": return ["'\(word())'"]
    case "xml": return ["<x>\(word())</x>"]
    case "ltree": return ["top.\(word())"]
    case "hstore": return ["\"key\"=>\"\(word())\""]
    case "jsonpath": return ["$.\(word())"]
    case "pg_lsn": return ["0/\(ordinal + 1)"]
    case "char": return rotated(["a", "b", "c", "d", "e", "f"])
    default: return texts()
    }
  }

  private mutating func texts() -> [String] {
    let word = word()
    return [
      word, word.uppercased(), "\(word)@example.test", "https://example.test/\(word)",
      String(1_000_000 + ordinal), "+1555010\(1_000 + ordinal)", "Aa1-\(word)",
      String(word.suffix(3)), String(word.prefix(2)).uppercased(), letterCode(3), letterCode(2),
      letterCode(1), "",
    ]
  }

  /// `length` upper-case letters that differ from row to row as far as they can.
  private func letterCode(_ length: Int) -> String {
    var rest = ordinal
    var code: [UInt8] = []
    for _ in 0..<length {
      code.append(UInt8(ascii: "A") + UInt8(rest % 26))
      rest /= 26
    }
    return String(decoding: code.reversed(), as: UTF8.self)
  }

  private mutating func hinted(_ hints: [ColumnHint], type: ColumnType) -> [String] {
    var result: [String] = []
    for hint in hints {
      switch hint {
      case .value(let value):
        if type.isArray, !value.hasPrefix("{") {
          result.append(PostgresArray.text(of: [value]))
        } else if let number = Int(value), isNumeric(type) {
          result += [number + 1 + ordinal, number - 1 - ordinal, number].map { String($0) }
        } else if ["date", "timestamp", "timestamptz"].contains(type.baseName),
          let year = Int(value.prefix(4)), value.dropFirst(4).first == "-"
        {
          // A year later, a year earlier, and the moment itself.
          result += [year + 1 + ordinal, year - 1 - ordinal].map { "\($0)-01-15" } + [value]
        } else if type.baseName == "point" {
          result += points(in: value)
        } else {
          result.append(value)
        }
      case .pattern(let pattern):
        for _ in 0..<6 {
          if let text = PatternSampler.sample(regularExpression: pattern, using: &random) {
            result.append(text)
          }
        }
      case .like(let pattern):
        result.append(PatternSampler.sample(like: pattern, using: &random))
      case .length(let length):
        result += lengths(around: length, type: type)
      case .document(let document):
        if type.baseName == "json" || type.baseName == "jsonb" { result.append(document) }
      case .member(let key, let value):
        if type.baseName == "json" || type.baseName == "jsonb" {
          result.append("{\(JSONText.quoted(key)): \(JSONText.quoted(value))}")
          if let number = Int(value) {
            result += [number, number + 1, number - 1].map { "{\(JSONText.quoted(key)): \($0)}" }
          } else if value == "true" || value == "false" {
            result.append("{\(JSONText.quoted(key)): \(value)}")
          }
        }
      }
    }
    return result
  }

  /// The corners of a figure and the middle between the first two.
  private func points(in figure: String) -> [String] {
    let numbers = figure.split { !"0123456789.-e+".contains($0) }.compactMap { Double($0) }
    let corners = stride(from: 0, to: numbers.count - 1, by: 2).map {
      (x: numbers[$0], y: numbers[$0 + 1])
    }
    guard let first = corners.first else { return [] }
    let second = corners.dropFirst().first ?? first
    let middle = (x: (first.x + second.x) / 2, y: (first.y + second.y) / 2)
    return ([middle] + corners).map { "(\($0.x),\($0.y))" }
  }

  private mutating func lengths(around length: Int, type: ColumnType) -> [String] {
    let wanted = [length, length + 1, length - 1].filter { (0...2_000).contains($0) }
    switch type.baseName {
    case "bytea":
      return wanted.map { count in
        "\\x" + (0..<count).map { _ in twoHexDigits(Int(random.next() % 256)) }.joined()
      }
    case "json", "jsonb":
      return wanted.map { "[" + (0..<$0).map { String($0) }.joined(separator: ",") + "]" }
    default:
      let words = wanted.map { count in
        String((String(ordinal) + random.letters(max(count, 1))).prefix(count))
      }
      return words + words.map { $0.uppercased() }
    }
  }

  private mutating func arrays(of type: ColumnType) -> [String] {
    var element = type
    element.isArray = false
    element.baseName = type.elementName ?? "text"
    let values = natural(element).prefix(3)
    return ["{}"]
      + (1...max(values.count, 1)).map { PostgresArray.text(of: Array(values.prefix($0))) }
  }

  private func ranges(of element: String) -> [String] {
    switch element {
    case "date": return ranges(from: days[0], to: laterDay)
    case "timestamp", "timestamptz":
      return ranges(from: "\"\(days[0]) 12:00:00+00\"", to: "\"\(days[0]) 14:00:00+00\"")
    default: return ranges(from: "\(ordinal * 100 + 1)", to: "\(ordinal * 100 + 51)")
    }
  }

  private func ranges(from lower: String, to upper: String) -> [String] {
    ["[\(lower),\(upper))", "empty", "[\(lower),)", "(,\(upper))", "(,)"]
  }

  /// Days far enough apart that stays of a few days do not overlap; the first lies in the near
  /// past.
  private var days: [String] {
    let month = twoDigits(1 + (ordinal / 9) % 12)
    let first = "2026-\(month)-\(twoDigits(1 + (ordinal % 9) * 3))"
    return [first, "2025-06-15", "2024-01-01", "2030-01-01", "2000-01-01"]
  }

  private var laterDay: String {
    "2026-\(twoDigits(1 + (ordinal / 9) % 12))-\(twoDigits(3 + (ordinal % 9) * 3))"
  }

  private mutating func decimals(modifier: Int) -> [String] {
    // numeric(p,s) keeps ((p << 16) | s) + 4 as its modifier (utils/adt/numeric.c).
    guard modifier >= 4 else { return ["\(ordinal + 1).50", "0", "1", "100", "-1"] }
    let precision = ((modifier - 4) >> 16) & 0xFFFF
    let scale = (modifier - 4) & 0x7FF
    if scale >= precision { return ["0", "0.0\(ordinal % 10)"] }
    return ["\((ordinal + 1) % 10)", "0", "1", "-1"]
  }

  private mutating func bits(modifier: Int) -> [String] {
    let length = modifier > 0 ? modifier : 8
    let pattern = String(random.next(), radix: 2)
    return [String((pattern + String(repeating: "0", count: length)).prefix(length))]
  }

  private func numbers(_ preferred: [Int]) -> [String] {
    // Enough of them that some fall into each of a few hash partitions.
    let spread = (1...8).map { ordinal * 31 + $0 * 7 }
    return (preferred + [ordinal + 1, 0, 1, -1, 10, 100, 1_000, 10_000] + spread).map { String($0) }
  }

  private func rotated(_ values: [String]) -> [String] {
    guard !values.isEmpty else { return [] }
    let shift = ordinal % values.count
    return Array(values[shift...] + values[..<shift])
  }

  private mutating func fourBytes() -> String {
    (0..<4).map { _ in twoHexDigits(Int(random.next() % 256)) }.joined()
  }

  private func isNumeric(_ type: ColumnType) -> Bool {
    ["int2", "int4", "int8", "numeric", "float4", "float8"].contains(type.baseName)
  }

  /// The most characters that a `varchar(n)` or `char(n)` holds.
  private func characterLimit(_ type: ColumnType) -> Int? {
    // The modifier counts four bytes of header (utils/adt/varchar.c).
    ["varchar", "bpchar"].contains(type.baseName) && type.modifier > 4 ? type.modifier - 4 : nil
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

  private func twoHexDigits(_ number: Int) -> String {
    let text = String(number & 0xFF, radix: 16)
    return text.utf8.count < 2 ? "0" + text : text
  }
}
