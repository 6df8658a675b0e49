internal import CPgQuery

/// PostgreSQL's own parser, asked so that no text ends the process or keeps it for minutes.
enum Parser {
  /// The tree of `sql` as libpg_query writes it in JSON.
  ///
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  static func tree(of sql: String) throws(SyntaxError) -> String {
    let result = try read(sql) { pg_query_parse(sql) }
    defer { pg_query_free_parse_result(result) }
    if let error = result.error { throw SyntaxError(pgQuery: error.pointee, source: sql) }
    return result.parse_tree.map { String(cString: $0) } ?? ""
  }

  /// The type of the first statement's node in `sql`, and the text of the tree behind it; nil for text
  /// without statements, and for what does not parse.
  ///
  /// The tree begins `{"version":…,"stmts":[{"stmt":{"SelectStmt":{…`. To read it whole costs a hundred
  /// times more. Quotes inside string constants are escaped, so that a search for `"name":` finds only
  /// members.
  static func firstStatement(of sql: String) -> (type: String, body: Substring)? {
    guard let json = try? tree(of: sql),
      let start = json.firstRange(of: "\"stmt\":{\"")?.upperBound,
      let end = json[start...].firstIndex(of: "\"")
    else { return nil }
    return (String(json[start..<end]), json[end...])
  }

  /// The functions that the CREATE FUNCTION statements and DO blocks in `sql` write in PL/pgSQL.
  ///
  /// - Throws: `SyntaxError` when PL/pgSQL would not parse them either.
  static func functions(in sql: String) throws(SyntaxError) -> SyntaxNode {
    let result = try read(sql) { pg_query_parse_plpgsql(sql) }
    defer { pg_query_free_plpgsql_parse_result(result) }
    if let error = result.error { throw SyntaxError(pgQuery: error.pointee, source: sql) }
    guard let functions = result.plpgsql_funcs else { return .list([]) }
    return try SyntaxNode(json: String(cString: functions))
  }

  /// What `body` makes of `sql` by libpg_query.
  ///
  /// - Throws: `SyntaxError` with the place of operator characters that would take its scanner minutes.
  static func read<Result>(_ sql: String, _ body: () -> Result) throws(SyntaxError) -> Result {
    try refuseRuns(in: sql)
    return RoomyStack.run(for: sql.utf8.count, body)
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
