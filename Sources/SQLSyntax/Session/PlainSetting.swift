/// The two plainest ways to set something, read without the parser.
///
/// Each tenant's text is another one, so that remembering texts does not help an application with many
/// tenants, and a syntax tree takes a hundred times as long as what is read here. Anything but the very
/// shapes `SET [LOCAL | SESSION] word.word {= | TO} {'text' | number}` and `SELECT set_config('text', 'text', true)` is
/// left to the parser.
struct PlainSetting {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0

  /// What `sql` does, if it is of these shapes.
  static func effect(of sql: String) -> SessionEffect? {
    var sql = sql
    return sql.withUTF8 { bytes in
      var reader = PlainSetting(bytes: bytes)
      reader.skipSpace()
      if reader.takeWord("set") { return reader.setting() }
      if reader.takeWord("select") { return reader.call() }
      return nil
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func setting() -> SessionEffect? {
    guard takeSpace() else { return nil }
    let start = index
    var isLocal = takeWord("local")
    if isLocal || takeWord("session") {
      if !takeSpace() {
        index = start
        isLocal = false
      }
    }
    guard let name = takeName() else { return nil }
    skipSpace()
    if !take(UInt8(ascii: "=")) {
      guard takeWord("to") else { return nil }
    }
    skipSpace()
    guard let value = takeText() ?? takeNumber(), isAtEnd else { return nil }
    return .set(name: name, value: .text(value), isLocal: isLocal)
  }

  private mutating func call() -> SessionEffect? {
    guard takeSpace(), takeWord("set_config") else { return nil }
    skipSpace()
    guard take(UInt8(ascii: "(")), let name = takeArgument(), let value = takeArgument() else {
      return nil
    }
    let isLocal = takeWord("true")
    guard isLocal || takeWord("false") else { return nil }
    skipSpace()
    guard take(UInt8(ascii: ")")), isAtEnd else { return nil }
    return .call(
      SessionEffect.Call(
        name: .text(name), value: .text(value), isLocal: .value(isLocal), column: 0))
  }

  /// A text and the comma behind it.
  private mutating func takeArgument() -> String? {
    skipSpace()
    guard let text = takeText() else { return nil }
    skipSpace()
    guard take(UInt8(ascii: ",")) else { return nil }
    skipSpace()
    return text
  }

  /// `word.word`, or the one setting without a dot that may name a tenant.
  private mutating func takeName() -> String? {
    let start = index
    var dots = 0
    while index < bytes.count, Self.isLetter(bytes[index]) || bytes[index] == UInt8(ascii: ".") {
      if bytes[index] == UInt8(ascii: ".") { dots += 1 }
      index += 1
    }
    // The parser cuts what is longer (section 4.1.1).
    guard index - start < 64, bytes[start..<index].allSatisfy({ $0 < 0x80 }) else { return nil }
    let name = SessionEffect.folded(String(decoding: bytes[start..<index], as: UTF8.self))
    guard dots == 1 ? name.first != "." && name.last != "." : name == "application_name" else {
      return nil
    }
    return name
  }

  /// A constant without a quote or a backslash in it.
  private mutating func takeText() -> String? {
    guard take(UInt8(ascii: "'")) else { return nil }
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "'") {
      if bytes[index] == UInt8(ascii: "\\") || bytes[index] == 0 { return nil }
      index += 1
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    return take(UInt8(ascii: "'")) ? text : nil
  }

  /// A number that is written as PostgreSQL writes it.
  private mutating func takeNumber() -> String? {
    let digits = bytes[index...].prefix(10).prefix { (48...57).contains($0) }
    guard (1...9).contains(digits.count), digits.first != UInt8(ascii: "0") || digits.count == 1
    else { return nil }
    index += digits.count
    return String(decoding: digits, as: UTF8.self)
  }

  /// True when nothing but space and semicolons follows.
  private var isAtEnd: Bool {
    bytes[index...].allSatisfy { Self.isSpace($0) || $0 == UInt8(ascii: ";") }
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    let end = index + word.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount {
      let byte = bytes[index + offset]
      let wanted = word.utf8Start[offset]
      guard byte == wanted || (wanted != UInt8(ascii: "_") && byte | 0x20 == wanted) else {
        return false
      }
    }
    if end < bytes.count, Self.isLetter(bytes[end]) { return false }
    index = end
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func takeSpace() -> Bool {
    let start = index
    skipSpace()
    return index > start
  }

  private mutating func skipSpace() {
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// What a word goes on with, in ASCII; other bytes are left to the parser as well.
  private static func isLetter(_ byte: UInt8) -> Bool {
    (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$") || byte >= 0x80
  }
}
