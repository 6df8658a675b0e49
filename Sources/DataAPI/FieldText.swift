internal import AWS
internal import Postgres

/// Fields in the text form that PostgreSQL itself gives, which is what results hold.
enum FieldText {
  /// The text of a cell; nil is NULL.
  ///
  /// - Parameter type: PostgreSQL's name of the column's type.
  static func text(_ field: Field, type: String?) -> String? {
    switch field {
    case .null: return nil
    case .boolean(let value): return value ? "t" : "f"
    case .long(let value): return String(value)
    case .double(let value): return text(value, isSingle: type == "float4")
    case .string(let value):
      // The Data API gives the moment in UTC without saying so.
      return type == "timestamptz" ? value + "+00" : value
    case .blob(let bytes): return PostgresBytea.text(of: bytes)
    case .array(let array): return text(array, type: type)
    }
  }

  private static func text(_ array: ArrayValue, type: String?) -> String {
    let elements: [String?]
    switch array {
    case .booleans(let values): elements = values.map { $0.map { $0 ? "t" : "f" } }
    case .longs(let values): elements = values.map { $0.map { String($0) } }
    case .doubles(let values):
      elements = values.map { $0.map { text($0, isSingle: type == "_float4") } }
    case .strings(let values): elements = values.map { $0.map(quoted) }
    case .arrays(let values): elements = values.map { text($0, type: type) }
    }
    return "{" + elements.map { $0 ?? "NULL" }.joined(separator: ",") + "}"
  }

  /// An element with quotes where PostgreSQL has them (section 8.15.6 "Array Input and Output Syntax").
  private static func quoted(_ element: String) -> String {
    let needsQuotes =
      element.isEmpty || element.lowercased() == "null"
      || element.utf8.contains { byte in
        [34, 44, 92, 123, 125, 32].contains(byte) || (9...13).contains(byte)
      }
    guard needsQuotes else { return element }
    var bytes: [UInt8] = [34]
    for byte in element.utf8 {
      if byte == 34 || byte == 92 { bytes.append(92) }
      bytes.append(byte)
    }
    return String(decoding: bytes + [34], as: UTF8.self)
  }

  /// A number with the fewest digits that give it back (section 8.1.3 "Floating-Point Types"), in the
  /// form of `float8out`.
  static func text(_ value: Double, isSingle: Bool) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    let shortest = (isSingle ? "\(Float(value).magnitude)" : "\(value.magnitude)").lowercased()
    let parts = shortest.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = mantissa.joined()
    var exponent = mantissa[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.hasPrefix("0"), digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent >= (isSingle ? 6 : 15) {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + power
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    let whole = digits.prefix(exponent + 1)
    let zeros = String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    let fraction = digits.dropFirst(exponent + 1)
    return sign + whole + zeros + (fraction.isEmpty ? "" : "." + fraction)
  }
}
