/// The parts of SQL text in which characters are not SQL themselves.
package enum SQLRegions {
  /// The ranges of comments in the UTF-8 text, and of dollar-quoted strings.
  ///
  /// Empty for text that cannot be cut into tokens.
  package static func closed(in sql: String) -> (comments: [Range<Int>], bodies: [Range<Int>]) {
    guard !sql.utf8.contains(0), let tokens = try? Token.all(in: sql) else { return ([], []) }
    let comments = tokens.filter { $0.text.hasPrefix("--") || $0.text.hasPrefix("/*") }
    // The shortest one is $$$$; a lone $ is a token as well.
    let bodies = tokens.filter {
      $0.range.count >= 4 && $0.text.hasPrefix("$") && $0.text.hasSuffix("$")
    }
    return (comments.map(\.range), bodies.map(\.range))
  }
}
