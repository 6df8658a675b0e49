/// The parts of SQL text in which characters are not SQL themselves.
package enum SQLRegions {
  /// The ranges of comments in the UTF-8 text, and of dollar-quoted strings.
  ///
  /// Empty for text that cannot be cut into tokens.
  package static func closed(in sql: String) -> (comments: [Range<Int>], bodies: [Range<Int>]) {
    guard !sql.utf8.contains(0), let tokens = try? Token.all(in: sql) else { return ([], []) }
    return (
      tokens.filter(\.isComment).map(\.range), tokens.filter(\.isDollarQuoted).map(\.range)
    )
  }
}
