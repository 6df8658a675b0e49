/// Finds names that the server would cut.
package enum LongIdentifiers {
  /// The longest name in bytes: NAMEDATALEN - 1 (PostgreSQL manual, section 4.1.1).
  package static let limit = 63

  /// The names in `sql` that are longer, each once, and where each stands in it, in bytes.
  package static func find(in sql: String) -> [(name: String, utf8Offset: Int)] {
    guard hasLongWord(sql), let tokens = try? Token.all(in: sql) else { return [] }
    var seen: Set<String> = []
    return tokens.compactMap { token in
      let isQuoted = token.text.utf8.first == UInt8(ascii: "\"")
      let name =
        isQuoted
        ? String(decoding: token.text.utf8.dropFirst().dropLast(), as: UTF8.self) : token.text
      guard name.utf8.count > limit, isQuoted || isBare(name), seen.insert(name).inserted else {
        return nil
      }
      return (name, token.range.lowerBound)
    }
  }

  /// A cheap look before the scanner is asked: most statements have no word of that length.
  private static func hasLongWord(_ sql: String) -> Bool {
    var length = 0
    for byte in sql.utf8 {
      let ends = byte == 0x20 || (0x09...0x0D).contains(byte) || byte == UInt8(ascii: "'")
      length = ends ? 0 : length + 1
      if length > limit { return true }
    }
    return sql.utf8.contains(UInt8(ascii: "\""))
  }

  private static func isBare(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    return (first.properties.isAlphabetic || first == "_")
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "$"
      }
  }
}
