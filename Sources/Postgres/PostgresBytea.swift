/// PostgreSQL's text form of `bytea`.
///
/// PostgreSQL manual, section 8.4.1 "bytea Hex Format".
package enum PostgresBytea {
  /// The text of `bytes`, for example `\x00ff`.
  package static func text(of bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "\\x" + String(decoding: text, as: UTF8.self)
  }

  /// The bytes that `text` stands for; nil for anything else.
  package static func bytes(of text: String) -> [UInt8]? {
    guard text.hasPrefix("\\x"), text.utf8.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2 - 1)
    var digits = text.utf8.dropFirst(2)
    while let high = digits.popFirst(), let low = digits.popFirst() {
      guard let high = Character(UnicodeScalar(high)).hexDigitValue,
        let low = Character(UnicodeScalar(low)).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
