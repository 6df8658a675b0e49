/// Cuts SQL text into its statements with PostgreSQL's own parser.
///
/// Dollar quotes, nested comments, `BEGIN ATOMIC` bodies and semicolons inside strings are what
/// PostgreSQL says they are, since its grammar does the work.
public enum StatementSplitter {
  /// The statements of `source` in order; text of only comments and white space has none.
  ///
  /// - Throws: `SyntaxError` with the offset at which the parser stopped.
  public static func split(_ source: String) throws(SyntaxError) -> [Statement] {
    guard !source.utf8.contains(0) else {
      throw SyntaxError(
        message: "the text contains a NUL character",
        utf8Offset: source.utf8.prefix { $0 != 0 }.count)
    }
    let ranges = try Parser.statements(in: source)
    let bytes = Array(source.utf8)
    var lines = LineIndex(bytes)
    var statements: [Statement] = []
    statements.reserveCapacity(ranges.count)
    for range in ranges {
      let first = Scanner.firstToken(in: bytes[range])
      let last = Scanner.trimmingTrailingSpace(bytes[first..<range.upperBound])
      guard first < last else { continue }
      statements.append(
        Statement(
          text: String(decoding: bytes[first..<last], as: UTF8.self), utf8Offset: first,
          location: lines.location(of: first)))
    }
    return statements
  }
}
