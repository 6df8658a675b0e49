/// Writes JSON without intermediate values: records come by the thousand.
struct JSONBytes {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  mutating func object(_ body: (inout JSONBytes) -> Void) { nest(123, 125, body) }
  mutating func array(_ body: (inout JSONBytes) -> Void) { nest(91, 93, body) }

  mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(58)
    needsComma = false
  }

  /// - Parameter key: The member's name; nil inside an array.
  mutating func text(_ value: String, _ key: String? = nil) {
    if let key { self.key(key) }
    separate()
    quote(value)
    needsComma = true
  }

  mutating func integer(_ value: Int64, _ key: String? = nil) { raw(String(value), key) }

  /// Infinity and what is no number have no form in JSON.
  mutating func number(_ value: Double, _ key: String? = nil) {
    raw(value.isFinite ? "\(value)" : "null", key)
  }

  mutating func boolean(_ value: Bool, _ key: String? = nil) { raw(value ? "true" : "false", key) }

  mutating func newline() {
    bytes.append(10)
    needsComma = false
  }

  private mutating func raw(_ text: String, _ key: String?) {
    if let key { self.key(key) }
    separate()
    bytes += Array(text.utf8)
    needsComma = true
  }

  private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout JSONBytes) -> Void) {
    separate()
    bytes.append(open)
    needsComma = false
    body(&self)
    bytes.append(close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(44) }
    needsComma = false
  }

  /// RFC 8259, section 7.
  private mutating func quote(_ text: String) {
    bytes.append(34)
    for byte in text.utf8 {
      switch byte {
      case 34, 92: bytes += [92, byte]
      case 0..<32:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(34)
  }
}
