/// How the values of a column are hidden.
struct Mask: Sendable, Equatable {
  /// What a value becomes.
  enum Kind: Sendable, Equatable {
    case email, name, firstName, lastName, phone, address, city, text, number, url, ip, uuid, hash
    /// The same distance on for every value: at most so many days.
    case date(days: Int)
    case null
    case fixed(String)
    /// It stays, and that is meant.
    case keep
  }

  /// What a value becomes.
  var kind: Kind
  /// True when different values must stay different.
  var isUnique = false
  /// Characters that the column takes; nil for any number.
  var limit: Int?
  /// The greatest number that the column takes; nil for any.
  var greatest: UInt64?
  /// True when values that differ in upper and lower case alone are the same.
  var ignoresCase = false

  /// The names of the kinds.
  static let names = [
    "email", "name", "first-name", "last-name", "phone", "address", "city", "text", "number",
    "date", "url", "ip", "uuid", "hash", "null", "fixed", "keep",
  ]

  /// Reads `email`, `date(90)` or `fixed(a text)`; nil for anything else.
  static func kind(_ text: String) -> Kind? {
    var name = text[...]
    var argument: String?
    if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
      name = text[..<open]
      argument = String(text[text.index(after: open)...].dropLast())
    }
    switch (String(name), argument) {
    case ("fixed", let value?): return .fixed(value)
    case ("date", nil): return .date(days: 30)
    case ("date", let value?):
      return Int(value).flatMap { (1...36_500).contains($0) ? .date(days: $0) : nil }
    case (let name, nil): return plain[name]
    default: return nil
    }
  }

  private static let plain: [String: Kind] = [
    "email": .email, "name": .name, "first-name": .firstName, "last-name": .lastName,
    "phone": .phone, "address": .address, "city": .city, "text": .text, "number": .number,
    "url": .url, "ip": .ip, "uuid": .uuid, "hash": .hash, "null": .null, "keep": .keep,
  ]

  /// True when different values become different ones, or can.
  var canKeepApart: Bool {
    switch kind {
    case .email, .name, .firstName, .lastName, .address, .city, .number, .url, .uuid, .hash,
      .date, .keep:
      true
    // Numbers of fiction are few, and a text of the same length may have no room.
    case .phone, .text, .ip, .fixed: false
    // NULLs are never the same.
    case .null: true
    }
  }
}
