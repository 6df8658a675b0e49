/// Reads JSON (RFC 8259) into the nodes of a syntax tree.
///
/// Not with `JSONDecoder`, which has to guess for each value what it is, and makes an error with the
/// whole path for each wrong guess: that was nine tenths of the time that dbtool took to compare the
/// policies of two thousand tables.
struct JSONReader {
  /// As many levels as `JSONDecoder` allows.
  private static let depthLimit = 512
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The only value of the document.
  mutating func document() throws(SyntaxError) -> SyntaxNode {
    let node = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw problem("something follows the value") }
    return node
  }

  private mutating func value(depth: Int) throws(SyntaxError) -> SyntaxNode {
    guard depth < Self.depthLimit else { throw problem("it is nested too deeply") }
    skipSpace()
    guard position < bytes.count else { throw problem("it ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .list(try elements(depth: depth))
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func members(depth: Int) throws(SyntaxError) -> [String: SyntaxNode] {
    position += 1
    var members: [String: SyntaxNode] = [:]
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw problem("a key is missing")
      }
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw problem("a colon is missing") }
      members[key] = try value(depth: depth + 1)
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw problem("an object does not end") }
    return members
  }

  private mutating func elements(depth: Int) throws(SyntaxError) -> [SyntaxNode] {
    position += 1
    var elements: [SyntaxNode] = []
    if take(UInt8(ascii: "]")) { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw problem("a list does not end") }
    return elements
  }

  // MARK: - Scalars

  private mutating func string() throws(SyntaxError) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
      bytes[position] != UInt8(ascii: "\\")
    {
      guard bytes[position] >= 0x20 else { throw problem("a control character in a string") }
      position += 1
    }
    guard position < bytes.count else { throw problem("a string does not end") }
    let plain = bytes[start..<position]
    if bytes[position] == UInt8(ascii: "\"") {
      position += 1
      return String(decoding: plain, as: UTF8.self)
    }
    return try escapedString(Array(plain))
  }

  private mutating func escapedString(_ beginning: [UInt8]) throws(SyntaxError) -> String {
    var content = beginning
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard position < bytes.count else { throw problem("a string does not end") }
        let escape = bytes[position]
        position += 1
        content += try escaped(escape)
      case ..<0x20: throw problem("a control character in a string")
      default: content.append(byte)
      }
    }
    throw problem("a string does not end")
  }

  private mutating func escaped(_ escape: UInt8) throws(SyntaxError) -> [UInt8] {
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [escape]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if 0xD800..<0xDC00 ~= unit, position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else { throw problem("half a surrogate pair") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw problem("half a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default: throw problem("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
    guard position + 4 <= bytes.count,
      let unit = UInt32(
        String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits are missing") }
    position += 4
    return unit
  }

  private mutating func number() throws(SyntaxError) -> SyntaxNode {
    let start = position
    while position < bytes.count,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
        || [
          UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
          UInt8(ascii: "E"),
        ].contains(bytes[position])
    {
      position += 1
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard let first = digits.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      first != UInt8(ascii: "0") || digits.count == 1
        || !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(
          digits[digits.index(after: digits.startIndex)]),
      Double(text) != nil
    else { throw problem("no value") }
    return Int(text).map { .integer($0) } ?? .null
  }

  private mutating func word(
    _ word: StaticString, _ node: SyntaxNode
  ) throws(SyntaxError) -> SyntaxNode {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count,
      String(decoding: bytes[position..<end], as: UTF8.self) == "\(word)"
    else { throw problem("no value") }
    position = end
    return node
  }

  // MARK: - Marks

  private mutating func take(_ mark: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == mark else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private func problem(_ what: String) -> SyntaxError {
    SyntaxError(message: "the document is not JSON that can be read: \(what)", utf8Offset: position)
  }
}
