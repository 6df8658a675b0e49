/// Reads JSON (RFC 8259) from bytes into the form that COPY takes for a column's type.
struct JSONScanner {
  private static let depthLimit = 512
  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  private let start: Int
  private let substitution: TenantSubstitution?

  init(_ bytes: [UInt8], _ range: Range<Int>, substitution: TenantSubstitution?) {
    self.bytes = bytes
    self.substitution = substitution
    start = range.lowerBound
    position = range.lowerBound
    end = range.upperBound
  }

  /// True when only space is left.
  var isAtEnd: Bool {
    var copy = self
    copy.skipSpace()
    return copy.position == end
  }

  func problem(_ what: String) -> RowProblem {
    let seen = String(decoding: bytes[start..<min(position, end)], as: UTF8.self)
    return RowProblem(
      "the line is not valid JSON: \(what) at character \(seen.count + 1)",
      value: Array(bytes[start..<end]))
  }

  mutating func skipSpace() {
    while position < end,
      bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == 0x0D
    {
      position += 1
    }
  }

  /// Takes a mark, and the space before it.
  mutating func take(_ mark: UInt8) -> Bool {
    skipSpace()
    guard position < end, bytes[position] == mark else { return false }
    position += 1
    return true
  }

  /// Takes a key that is written as expected; otherwise nothing is taken.
  mutating func take(key: [UInt8]) -> Bool {
    skipSpace()
    let last = position + key.count + 1
    guard last < end, bytes[position] == UInt8(ascii: "\""), bytes[last] == UInt8(ascii: "\""),
      bytes[(position + 1)..<last].elementsEqual(key)
    else { return false }
    position = last + 1
    return true
  }

  /// Reads a value as text for a column.
  ///
  /// - Returns: True for NULL.
  mutating func value(
    for column: RowColumn, into text: inout [UInt8]
  ) throws(RowProblem) -> Bool {
    skipSpace()
    guard position < end else { throw problem("a value is missing") }
    let first = position
    switch bytes[position] {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if column.kind == .array, bytes[position] == UInt8(ascii: "[") {
        try array(isJSON: column.hasJSONElements, depth: 0, into: &text)
      } else {
        try raw(into: &text)
        guard column.kind != .text else {
          throw RowProblem(
            "the column is of type \(column.type) and the value is "
              + (bytes[first] == UInt8(ascii: "{") ? "an object" : "an array"),
            value: Array(bytes[first..<position]),
            remedy: "Objects go into columns of type json and jsonb, arrays also into arrays.")
        }
      }
    case UInt8(ascii: "\""):
      if column.kind == .json { try raw(into: &text) } else { try string(into: &text) }
    default:
      try word(into: &text)
      return bytes[first..<position].elementsEqual("null".utf8)
    }
    return false
  }

  // MARK: - Strings

  /// Reads a string; what it holds is added to `text`.
  mutating func string(into text: inout [UInt8]) throws(RowProblem) {
    skipSpace()
    guard position < end, bytes[position] == UInt8(ascii: "\"") else {
      throw problem("a string is missing")
    }
    position += 1
    let first = text.count
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        if let substitution { try substitution.apply(to: &text, from: first) }
        return
      case UInt8(ascii: "\\"): try escape(into: &text)
      case ..<0x20: throw problem("a control character in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw problem("a string does not end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(RowProblem) {
    guard position + 1 < end else { throw problem("a string does not end") }
    let byte = bytes[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if 0xD800..<0xDC00 ~= unit, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        guard 0xDC00..<0xE000 ~= low else { throw problem("half a surrogate pair") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw problem("half a surrogate pair") }
      guard unit != 0 else { throw RowProblem("no text of PostgreSQL can hold \\u0000") }
      text += UTF8.encode(scalar).map { Array($0) } ?? []
    default:
      position -= 2
      throw problem("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(RowProblem) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw problem("four hexadecimal digits are missing") }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  // MARK: - Values as they are

  /// Copies a value as it is written, for a type that reads JSON itself.
  private mutating func raw(into text: inout [UInt8]) throws(RowProblem) {
    var open: [UInt8] = []
    repeat {
      let space = position
      skipSpace()
      if !open.isEmpty { text += bytes[space..<position] }
      guard position < end else { throw problem("a value does not end") }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        try rawString(into: &text)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < Self.depthLimit else { throw problem("it is nested too deeply") }
        open.append(byte)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // { and }, [ and ] are two apart.
        guard open.popLast() == byte - 2 else { throw problem("a bracket does not fit") }
      case UInt8(ascii: ","), UInt8(ascii: ":"): break
      default:
        try word(into: &text)
        continue
      }
      text.append(byte)
      position += 1
    } while !open.isEmpty
  }

  private mutating func rawString(into text: inout [UInt8]) throws(RowProblem) {
    let first = text.count
    repeat {
      // The character behind a backslash does not end the string.
      if bytes[position] == UInt8(ascii: "\\") {
        text.append(bytes[position])
        position += 1
      }
      guard position < end else { throw problem("a string does not end") }
      guard bytes[position] >= 0x20 else { throw problem("a control character in a string") }
      text.append(bytes[position])
      position += 1
      guard position < end else { throw problem("a string does not end") }
    } while bytes[position] != UInt8(ascii: "\"")
    text.append(bytes[position])
    position += 1
    if let substitution { try substitution.apply(to: &text, from: first, isJSON: true) }
  }

  /// Reads a number, or one of the three words.
  private mutating func word(into text: inout [UInt8]) throws(RowProblem) {
    let first = position
    while position < end, JSONWord.isPart(bytes[position]) { position += 1 }
    let word = bytes[first..<position]
    guard JSONWord.isValue(word) else {
      position = first
      throw problem("no value")
    }
    text += word
  }

  // MARK: - Arrays

  /// Reads an array in the form that PostgreSQL's arrays have.
  private mutating func array(
    isJSON: Bool, depth: Int, into text: inout [UInt8]
  ) throws(RowProblem) {
    guard depth < Self.depthLimit else { throw problem("it is nested too deeply") }
    position += 1
    text.append(UInt8(ascii: "{"))
    if !take(UInt8(ascii: "]")) {
      repeat {
        if text.last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
        try element(isJSON: isJSON, depth: depth, into: &text)
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "]")) else { throw problem("an array does not end") }
    }
    text.append(UInt8(ascii: "}"))
  }

  private mutating func element(
    isJSON: Bool, depth: Int, into text: inout [UInt8]
  ) throws(RowProblem) {
    skipSpace()
    guard position < end else { throw problem("a value is missing") }
    let first = bytes[position]
    if first == UInt8(ascii: "["), !isJSON {
      return try array(isJSON: false, depth: depth + 1, into: &text)
    }
    var element: [UInt8] = []
    if first == UInt8(ascii: "\""), !isJSON {
      try string(into: &element)
    } else {
      try raw(into: &element)
      if element.elementsEqual("null".utf8) {
        text += element
        return
      }
    }
    text.append(UInt8(ascii: "\""))
    for byte in element {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        text.append(UInt8(ascii: "\\"))
      }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
  }
}
