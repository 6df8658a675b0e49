/// A `${NAME}` in a text, where NAME is a word as in a shell.
package struct SQLVariable: Sendable, Equatable {
  /// What surrounds a variable in SQL.
  package enum Place: Sendable, Equatable {
    /// It stands where a constant could stand.
    case bare
    /// It touches a word or a quote, so that no constant could take its place.
    case glued
    /// It is inside a string constant; the range is the constant's, quotes included.
    case constant(Range<Int>, isEscape: Bool)
    /// It is inside a constant of bits or Unicode escapes, or one that goes on in another line.
    case specialConstant
    /// It is inside a dollar-quoted body.
    case body
    /// It is inside a quoted identifier.
    case identifier
    /// It is inside a comment.
    case comment
  }

  /// The name.
  package var name: String
  /// The bytes from the dollar sign to the closing brace.
  package var range: Range<Int>
  /// What surrounds it.
  package var place: Place

  /// The first variable of some bytes, whatever surrounds it.
  package static func first(
    in source: ArraySlice<UInt8>
  ) -> (range: Range<Int>, name: String)? {
    var start = source.startIndex
    while let dollar = source[start...].firstIndex(of: UInt8(ascii: "$")) {
      start = dollar + 1
      guard start < source.endIndex, source[start] == UInt8(ascii: "{"),
        let end = source[start...].firstIndex(of: UInt8(ascii: "}"))
      else { continue }
      let name = String(decoding: source[(start + 1)..<end], as: UTF8.self)
      let isWord =
        name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      if isWord { return (dollar..<(end + 1), name) }
    }
    return nil
  }

  /// All variables of SQL text in order.
  ///
  /// - Throws: `SyntaxError` for text that cannot be cut into tokens.
  package static func all(in sql: String) throws(SyntaxError) -> [SQLVariable] {
    let bytes = Array(sql.utf8)
    guard first(in: bytes[...]) != nil, !bytes.contains(0) else { return [] }
    var tokens = try Token.all(in: sql)[...]
    var variables: [SQLVariable] = []
    var position = 0
    while let (range, name) = first(in: bytes[position...]) {
      while let token = tokens.first, token.range.upperBound <= range.lowerBound {
        tokens.removeFirst()
      }
      variables.append(
        SQLVariable(name: name, range: range, place: place(of: range, in: tokens.first, bytes)))
      position = range.upperBound
    }
    return variables
  }

  private static func place(of range: Range<Int>, in token: Token?, _ bytes: [UInt8]) -> Place {
    // A lone dollar sign is a token of its own.
    guard let token, token.range.contains(range.lowerBound), token.range.count > 1 else {
      return isGlued(range, bytes) ? .glued : .bare
    }
    guard token.range.upperBound >= range.upperBound else { return .glued }
    switch Array(token.text.utf8.prefix(2)) {
    case let head where head == Array("--".utf8) || head == Array("/*".utf8): return .comment
    case let head where head.first == UInt8(ascii: "$"): return .body
    case let head where head.first == UInt8(ascii: "\""): return .identifier
    case let head where head.first == UInt8(ascii: "'"):
      return isOnePiece(token.text.utf8.dropFirst(), isEscape: false)
        ? .constant(token.range, isEscape: false) : .specialConstant
    case let head where head == Array("E'".utf8) || head == Array("e'".utf8):
      return isOnePiece(token.text.utf8.dropFirst(2), isEscape: true)
        ? .constant(token.range, isEscape: true) : .specialConstant
    default: return token.text.utf8.contains(UInt8(ascii: "\"")) ? .identifier : .specialConstant
    }
  }

  /// True when what follows the opening quote has only one quote more that ends anything.
  private static func isOnePiece(_ text: Substring.UTF8View, isEscape: Bool) -> Bool {
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), isEscape {
        _ = rest.popFirst()
      } else if byte == UInt8(ascii: "'") {
        if rest.isEmpty { return true }
        guard rest.popFirst() == UInt8(ascii: "'") else { return false }
      }
    }
    return false
  }

  private static func isGlued(_ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
    func joins(_ index: Int) -> Bool {
      guard bytes.indices.contains(index) else { return false }
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"),
        UInt8(ascii: "'"), UInt8(ascii: "\""), 0x80...:
        return true
      default: return false
      }
    }
    // U&'…' is a constant of another kind.
    let isUnicode =
      range.lowerBound >= 2 && bytes[range.lowerBound - 1] == UInt8(ascii: "&")
      && [UInt8(ascii: "u"), UInt8(ascii: "U")].contains(bytes[range.lowerBound - 2])
    return isUnicode || joins(range.lowerBound - 1) || joins(range.upperBound)
  }
}
