/// Tells whether two SQL texts mean the same to PostgreSQL's scanner.
package enum SQLMeaning {
  /// True when both have the same tokens: white space, comments, line ends and the case of key words
  /// and bare names aside.
  ///
  /// False as well when one of them cannot be cut into tokens.
  package static func isEqual(_ left: String, _ right: String) -> Bool {
    guard let left = tokens(of: left), let right = tokens(of: right) else { return false }
    return left == right
  }

  /// As bytes: to Swift two spellings of an accented letter are the same text, and to PostgreSQL they
  /// are two.
  private static func tokens(of sql: String) -> [[UInt8]]? {
    guard !sql.utf8.contains(0), let tokens = try? Token.all(in: sql) else { return nil }
    return tokens.compactMap { token in
      guard !token.isComment else { return nil }
      let text = token.text
      // ASCII letters of bare words are folded by the server, quoted words and strings of all kinds are
      // not (section 4.1.1 of the manual). Line ends inside of those are part of the value.
      let isBare = !text.utf8.contains {
        [UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "$")].contains($0)
      }
      return text.utf8.map { isBare && (65...90).contains($0) ? $0 | 0x20 : $0 }
    }
  }
}
