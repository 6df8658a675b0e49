/// A token of SQL text, as PostgreSQL's own scanner cuts it.
struct Token: Sendable, Equatable {
  /// Its place in the UTF-8 text.
  var range: Range<Int>
  /// Its text.
  var text: String

  /// True for a comment.
  ///
  /// By bytes: to Swift a dash with an accent on it, as a comment may begin, is another character.
  var isComment: Bool { ["--", "/*"].contains { text.utf8.starts(with: $0.utf8) } }

  /// True for a string in dollar quotes, of which `$$$$` is the shortest.
  var isDollarQuoted: Bool {
    let dollar = UInt8(ascii: "$")
    return range.count >= 4 && text.utf8.first == dollar && text.utf8.last == dollar
  }

  /// The tokens of `sql` in order, comments included.
  ///
  /// - Throws: `SyntaxError` when a token does not end.
  static func all(in sql: String) throws(SyntaxError) -> [Token] {
    let source = Array(sql.utf8)
    return try Parser.tokens(in: sql).filter { $0.upperBound <= source.count }.map { range in
      Token(range: range, text: String(decoding: source[range], as: UTF8.self))
    }
  }
}
