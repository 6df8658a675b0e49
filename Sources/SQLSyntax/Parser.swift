internal import CPgQuery

/// PostgreSQL's own parser, asked so that no text ends the process or keeps it for minutes.
enum Parser {
  /// The tree of `sql` as libpg_query writes it in JSON.
  ///
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  static func tree(of sql: String) throws(SyntaxError) -> String {
    try read(sql) { sql in
      let result = pg_query_parse(sql)
      defer { pg_query_free_parse_result(result) }
      return SyntaxError.or(
        result.error, in: sql, result.parse_tree.map { String(cString: $0) } ?? "")
    }
  }

  /// The first statement of `sql`; nil for text without statements, and for what does not parse.
  static func firstStatement(of sql: String) -> FirstStatement? {
    (try? tree(of: sql)).flatMap(FirstStatement.init(tree:))
  }

  /// The functions that the CREATE FUNCTION statements and DO blocks in `sql` write in PL/pgSQL.
  ///
  /// - Throws: `SyntaxError` when PL/pgSQL would not parse them either.
  static func functions(in sql: String) throws(SyntaxError) -> SyntaxNode {
    let json = try read(sql) { sql in
      let result = pg_query_parse_plpgsql(sql)
      defer { pg_query_free_plpgsql_parse_result(result) }
      return SyntaxError.or(result.error, in: sql, result.plpgsql_funcs.map { String(cString: $0) })
    }
    return try json.map { json throws(SyntaxError) in try SyntaxNode(json: json) } ?? .list([])
  }

  /// The places of the statements in `sql`, as ranges of its UTF-8 text, with comments around them.
  ///
  /// - Throws: `SyntaxError` with the offset at which the parser stopped.
  static func statements(in sql: String) throws(SyntaxError) -> [Range<Int>] {
    try read(sql) { sql in
      let result = pg_query_split_with_parser(sql)
      defer { pg_query_free_split_result(result) }
      let end = sql.utf8.count
      let ranges = (0..<Int(result.n_stmts)).compactMap { index -> Range<Int>? in
        guard let entry = result.stmts[index]?.pointee else { return nil }
        let start = Int(entry.stmt_location)
        // A length of 0 means "to the end of the text" (nodes/parsenodes.h, RawStmt).
        return start..<(entry.stmt_len == 0 ? end : start + Int(entry.stmt_len))
      }
      return SyntaxError.or(result.error, in: sql, ranges)
    }
  }

  /// The places of the tokens in `sql`, as ranges of its UTF-8 text, comments included.
  ///
  /// - Throws: `SyntaxError` when a token does not end.
  static func tokens(in sql: String) throws(SyntaxError) -> [Range<Int>] {
    try read(sql) { sql in
      let result = pg_query_scan(sql)
      defer { pg_query_free_scan_result(result) }
      let message = UnsafeRawBufferPointer(start: result.pbuf.data, count: Int(result.pbuf.len))
      return SyntaxError.or(result.error, in: sql, ScanResult.tokens(in: message))
    }
  }

  private static func read<Value: Sendable>(
    _ sql: String, _ body: @escaping @Sendable (String) -> Result<Value, SyntaxError>
  ) throws(SyntaxError) -> Value {
    try refuseRuns(in: sql)
    return try ParserThread.read(sql, body).get()
  }

  /// Refuses a run of operator characters in which very many comments begin: at each of them the
  /// scanner takes the whole rest of the run for an operator, and gives it back (PostgreSQL's scan.l).
  private static func refuseRuns(in sql: String) throws(SyntaxError) {
    // As much may be read again as takes a hundredth of a second.
    let limit = 10_000_000
    guard sql.utf8.count > 4_000 else { return }
    var (start, comments) = (0, 0)
    var before: UInt8 = 0
    for (index, byte) in Array(sql.utf8).enumerated() {
      if !isOperator[Int(byte)] {
        (start, comments) = (index + 1, 0)
      } else if byte == UInt8(ascii: "*"), before == UInt8(ascii: "/") {
        comments += 1
        guard comments * (index - start) <= limit else {
          throw SyntaxError(
            message: "\(comments) comments begin within one run of operator characters",
            utf8Offset: start)
        }
      }
      before = byte
    }
  }

  /// The characters of operators: PostgreSQL manual, section 4.1.3.
  private static let isOperator: [Bool] = {
    var table = [Bool](repeating: false, count: 256)
    for byte in "+-*/<>=~!@#%^&|`?".utf8 { table[Int(byte)] = true }
    return table
  }()
}

extension SyntaxError {
  /// The error of libpg_query, or `value` where there is none.
  fileprivate static func or<Value>(
    _ error: UnsafeMutablePointer<PgQueryError>?, in source: String,
    _ value: @autoclosure () -> Value
  ) -> Result<Value, SyntaxError> {
    if let error { return .failure(SyntaxError(pgQuery: error.pointee, source: source)) }
    return .success(value())
  }

  /// The error of libpg_query with its character position turned into a byte offset.
  private init(pgQuery error: PgQueryError, source: String) {
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
