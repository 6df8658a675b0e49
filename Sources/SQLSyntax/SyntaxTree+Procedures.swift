internal import CPgQuery

extension SyntaxTree {
  /// The statements and expressions in the body of a PL/pgSQL function, each as its node.
  ///
  /// What PL/pgSQL writes in its own way (loops, conditions) is left out, only the SQL in it comes.
  ///
  /// - Parameter definition: The whole CREATE FUNCTION statement, since parameters are names too.
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  package static func procedureStatements(
    of definition: String
  ) throws(SyntaxError) -> [SyntaxNode] {
    let result = pg_query_parse_plpgsql(definition)
    defer { pg_query_free_plpgsql_parse_result(result) }
    if let error = result.error { throw SyntaxError(pgQuery: error.pointee, source: definition) }
    guard let functions = result.plpgsql_funcs else { return [] }
    var texts: [String] = []
    try SyntaxNode(json: String(cString: functions)).walk { node in
      if let text = node["PLpgSQL_expr"]?["query"]?.text { texts.append(text) }
    }
    return texts.flatMap { nodes(ofFragment: $0) }
  }

  /// The nodes of a statement, of an expression, or of an assignment.
  private static func nodes(ofFragment text: String) -> [SyntaxNode] {
    if let statements = try? statements(of: text), !statements.isEmpty { return statements }
    if let expression = try? statements(of: "SELECT " + text) { return expression }
    let bytes = Array(text.utf8)
    let sign = bytes.indices.first {
      bytes[$0] == UInt8(ascii: "=") && $0 > 0 && bytes[$0 - 1] == UInt8(ascii: ":")
    }
    // Before PL/pgSQL knew `=`, only `:=` assigned; it still knows both.
    guard let end = sign ?? bytes.firstIndex(of: UInt8(ascii: "=")) else { return [] }
    let value = String(decoding: bytes[(end + 1)...], as: UTF8.self)
    return (try? statements(of: "SELECT " + value)) ?? []
  }
}
