internal import Postgres
internal import SQLSyntax

/// Writes a value of a type as SQL that gives another one for each number.
struct NumberedValue {
  var type: ColumnType
  /// Equal seeds give equal values for equal numbers.
  var seed: String
  /// A value that constraints are known to accept; nil for NULL.
  var template: String?
  /// An expression that tells the rows of one tenant apart, in as few digits as can be.
  var ordinal: String

  /// How many ways there are to write a value.
  static let forms = 12

  private static let digits = 5

  /// True of a type whose values can be written in several ways.
  static func hasForms(_ type: ColumnType) -> Bool {
    (texts + numbers).contains(type.baseName)
  }

  /// True when there are as many values of the type as anybody could number.
  static func isPossible(_ type: ColumnType) -> Bool {
    !type.isArray && type.labels.isEmpty
      && (texts + numbers + dates + Array(ranges.keys) + ["uuid"]).contains(type.baseName)
  }

  private static let texts = ["text", "varchar", "bpchar", "citext"]
  private static let numbers = ["int2", "int4", "int8", "numeric", "float4", "float8"]
  /// Ranges by what their bounds begin with and how far the next one is.
  private static let ranges = [
    "daterange": ("date '2026-01-01'", "1"), "int4range": ("0", "1"), "int8range": ("0", "1"),
    "numrange": ("0", "1"), "tsrange": ("timestamp '2026-01-01'", "interval '1 minute'"),
    "tstzrange": ("timestamptz '2026-01-01'", "interval '1 minute'"),
  ]
  private static let dates = ["date", "timestamp", "timestamptz"]

  /// An expression over `number`, in one of the ways to write it; constraints decide which.
  func expression(_ number: String, form: Int) throws -> String {
    let value: String
    switch type.baseName {
    case "uuid":
      value = "pg_catalog.md5(\(try SQLLiteral.quoted(seed + " ")) || \(number))"
    case let name where Self.numbers.contains(name):
      // Out of the way of small keys that are there already, and within int2; else as small as can
      // be.
      value = form == 0 ? "10000 + \(number)" : "\(ordinal) + 1"
    case let name where Self.dates.contains(name):
      let unit = name == "date" ? "1 day" : "1 second"
      let first = try SQLLiteral.quoted(template ?? "2026-01-01")
      value = "\(first)::\(name) + \(number) * interval '\(unit)'"
    case let name where Self.ranges[name] != nil:
      // None overlaps another, for keys that want it so.
      let (first, step) = Self.ranges[name] ?? ("", "")
      value = "\(name)(\(first) + \(number) * \(step), \(first) + (\(number) + 1) * \(step))"
    default:
      value = try text(number, form: form)
    }
    return "CAST((\(value))::text AS \(type.sql))"
  }

  private func text(_ number: String, form: Int) throws -> String {
    let template = template ?? ""
    let whole = try SQLLiteral.quoted(template)
    let padded = "pg_catalog.lpad((\(number))::text, \(Self.digits), '0')"
    func letters(_ first: String) -> String {
      "pg_catalog.translate(\(padded), '0123456789', '\(first)')"
    }
    let upper = letters("ABCDEFGHIJ")
    let lower = letters("abcdefghij")
    let head = try SQLLiteral.quoted(String(template.dropLast(Self.digits)))
    switch form {
    case 0: return "\(whole) || (\(number))::text"
    case 1: return "\(head) || \(padded)"
    case 2: return "\(head) || \(upper)"
    case 3: return "\(head) || \(lower)"
    case 4: return "(\(number))::text || \(whole)"
    case 5: return "\(lower) || \(whole)"
    case 6: return "\(upper) || \(whole)"
    case 7: return upper
    case 8: return padded
    case 9: return "\(whole) || (\(ordinal))::text"
    case 10: return "pg_catalog.lpad((\(ordinal))::text, 2, '0')"
    default:
      let short = "pg_catalog.lpad((\(ordinal))::text, 2, '0')"
      return "pg_catalog.translate(\(short), '0123456789', 'ABCDEFGHIJ')"
    }
  }
}
