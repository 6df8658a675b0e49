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

  private static func tokens(of sql: String) -> [String]? {
    guard !sql.utf8.contains(0), let tokens = try? Token.all(in: sql) else { return nil }
    return tokens.compactMap { token in
      let text = token.text
      guard !text.hasPrefix("--"), !text.hasPrefix("/*") else { return nil }
      // Bare words are folded by the server, quoted ones and strings of all kinds are not (section
      // 4.1.1 of the manual). Line ends inside of those are part of the value.
      let isBare = !text.utf8.contains {
        [UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "$")].contains($0)
      }
      return isBare ? text.lowercased() : text
    }
  }
}
