internal import Synchronization

/// What the body of a function says in SQL, whichever of the two languages it is written in.
package struct RoutineSyntax: Sendable {
  /// The statements, or the expressions as the only target of a SELECT, in their order.
  package var statements: [SyntaxNode] = []
  /// Those of them whose result is the function's.
  package var results: [SyntaxNode] = []
  /// The expressions that variables begin with or are given, by the variable's name.
  package var variables: [String: SyntaxNode] = [:]

  /// Reads `source` as SQL, else as PL/pgSQL; nil when it is neither.
  package init?(_ source: String) {
    if let statements = try? SyntaxTree.statements(of: source), !statements.isEmpty {
      self.statements = statements
      results = statements.suffix(1)
      return
    }
    guard let tree = Self.tree(ofPLpgSQL: source) else { return nil }
    tree.walk { node in
      if let (type, fields) = node.node, type == "PLpgSQL_var",
        let name = fields["refname"]?.text,
        let query = fields["default_val"]?["PLpgSQL_expr"]?["query"]?.text,
        let value = try? SyntaxTree.expression(query)
      {
        variables[name] = value
      }
      guard let (type, fields) = node.node else { return }
      if type == "PLpgSQL_expr", let query = fields["query"]?.text { add(query) }
      let isReturn = ["PLpgSQL_stmt_return", "PLpgSQL_stmt_return_query"].contains(type)
      let result = (fields["expr"] ?? fields["query"])?["PLpgSQL_expr"]?["query"]?.text
      if isReturn, let result { results += Self.statements(of: result) }
    }
  }

  /// What `source` says, read once: the policies of many tables call the same functions.
  package static func cached(_ source: String) -> RoutineSyntax? {
    if let known = known.withLock({ $0[ExactText(source)] }) { return known }
    let syntax = RoutineSyntax(source)
    known.withLock { known in
      if known.count >= 500 { known.removeAll(keepingCapacity: true) }
      known[ExactText(source)] = .some(syntax)
    }
    return syntax
  }

  private static let known = Mutex<[ExactText: RoutineSyntax?]>([:])

  /// The statement, or the expression as the only target of a SELECT.
  private static func statements(of query: String) -> [SyntaxNode] {
    if let parsed = try? SyntaxTree.statements(of: query), !parsed.isEmpty { return parsed }
    return (try? SyntaxTree.statements(of: "SELECT " + query)) ?? []
  }

  private mutating func add(_ query: String) {
    let parsed = Self.statements(of: query)
    statements += parsed
    if parsed.isEmpty, let assignment = query.firstIndex(of: "="),
      let value = try? SyntaxTree.expression(String(query[query.index(after: assignment)...]))
    {
      // The parser hands an assignment over as one text, `name := expression`.
      let name = query[..<assignment].filter { $0 != ":" && !$0.isWhitespace }
      if variables[name] == nil { variables[name] = value }
    }
  }

  private static func tree(ofPLpgSQL source: String) -> SyntaxNode? {
    var tag = "$dbtool$"
    while source.contains(tag) { tag = "$d" + tag.dropFirst() }
    // RETURN with a value is an error where rows are returned, and RETURN QUERY where they are not.
    for result in ["text", "SETOF record", "trigger"] {
      let definition =
        "CREATE FUNCTION f() RETURNS \(result) LANGUAGE plpgsql AS \(tag)\(source)\(tag)"
      if let tree = try? Parser.functions(in: definition) { return tree }
    }
    return nil
  }
}
