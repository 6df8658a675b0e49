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
    var texts: [String] = []
    try Parser.functions(in: definition).walk { node in
      if let text = node["PLpgSQL_expr"]?["query"]?.text { texts.append(text) }
    }
    return texts.flatMap { nodes(ofFragment: $0) }
  }

  /// What a PL/pgSQL function runs as SQL that it puts together: the expressions that EXECUTE, OPEN
  /// FOR EXECUTE and the like take, and what is assigned to variables, by the variable's name.
  ///
  /// - Parameter definition: The whole CREATE FUNCTION statement, since parameters are names too.
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  package static func dynamicStatements(
    of definition: String
  ) throws(SyntaxError) -> (run: [SyntaxNode], assigned: [(variable: String, value: SyntaxNode)]) {
    var run: [String] = []
    var assigned: [(String, String)] = []
    try Parser.functions(in: definition).walk { node in
      guard let (type, fields) = node.node else { return }
      func text(_ name: String) -> String? { fields[name]?["PLpgSQL_expr"]?["query"]?.text }
      switch type {
      case "PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors":
        run += [text("query")].compactMap { $0 }
      case "PLpgSQL_stmt_return_query", "PLpgSQL_stmt_open":
        run += [text("dynquery")].compactMap { $0 }
      case "PLpgSQL_stmt_assign":
        if let assignment = text("expr") {
          let name = assignment.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
          assigned.append((name.lowercased(), assignment))
        }
      case "PLpgSQL_var":
        if let name = fields["refname"]?.text, let value = text("default_val") {
          assigned.append((name.lowercased(), value))
        }
      default: break
      }
    }
    return (
      run.flatMap { nodes(ofFragment: $0) },
      assigned.flatMap { name, text in nodes(ofFragment: text).map { (name, $0) } }
    )
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
