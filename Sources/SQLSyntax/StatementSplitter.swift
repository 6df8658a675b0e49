internal import CPgQuery

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
    let result = try Parser.read(source) { pg_query_split_with_parser(source) }
    defer { pg_query_free_split_result(result) }
    if let error = result.error {
      throw SyntaxError(pgQuery: error.pointee, source: source)
    }
    let bytes = Array(source.utf8)
    var locator = LineIndex(bytes)
    var statements: [Statement] = []
    statements.reserveCapacity(Int(result.n_stmts))
    for index in 0..<Int(result.n_stmts) {
      guard let entry = result.stmts[index]?.pointee else { continue }
      let start = Int(entry.stmt_location)
      // A length of 0 means "to the end of the text" (nodes/parsenodes.h, RawStmt).
      let end = entry.stmt_len == 0 ? bytes.count : start + Int(entry.stmt_len)
      let first = Scanner.firstToken(in: bytes[start..<end])
      let last = Scanner.trimmingTrailingSpace(bytes[first..<end])
      guard first < last else { continue }
      statements.append(
        Statement(
          text: String(decoding: bytes[first..<last], as: UTF8.self), utf8Offset: first,
          location: locator.location(of: first)))
    }
    return statements
  }
}

extension SyntaxError {
  /// The error of libpg_query with its character position turned into a byte offset.
  init(pgQuery error: PgQueryError, source: String) {
    let message = error.message.map { String(cString: $0) } ?? "syntax error"
    // cursorpos counts characters from 1; 0 means no position.
    let characters = Int(error.cursorpos) - 1
    guard characters >= 0 else {
      self.init(message: message)
      return
    }
    let scalars = source.unicodeScalars
    let index =
      scalars.index(scalars.startIndex, offsetBy: characters, limitedBy: scalars.endIndex)
      ?? scalars.endIndex
    self.init(
      message: message, utf8Offset: source.utf8.distance(from: source.startIndex, to: index))
  }
}

/// Finds lines and columns of increasing offsets without reading any byte twice.
struct LineIndex {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The place of `offset`, which must not be smaller than the one asked before.
  mutating func location(of offset: Int) -> SourceLocation {
    var segmentStart = position
    while position < offset {
      if bytes[position] == UInt8(ascii: "\n") {
        line += 1
        column = 1
        segmentStart = position + 1
      }
      position += 1
    }
    column += String(decoding: bytes[segmentStart..<offset], as: UTF8.self).count
    return SourceLocation(line: line, column: column)
  }
}
