internal import Synchronization

/// Syntax trees from PostgreSQL's own parser.
package enum SyntaxTree {
  /// The statements of `sql`, each as its node.
  ///
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  package static func statements(of sql: String) throws(SyntaxError) -> [SyntaxNode] {
    let root = try SyntaxNode(json: Parser.tree(of: sql))
    return root["stmts"]?.elements.compactMap { $0["stmt"] } ?? []
  }

  /// The node of one expression, for example of a CHECK or a policy.
  ///
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  package static func expression(_ sql: String) throws(SyntaxError) -> SyntaxNode {
    if let known = expressions.withLock({ $0[ExactText(sql)] }) { return known }
    let node = try parse(expression: sql)
    expressions.withLock { known in
      if known.count >= 1_000 { known.removeAll(keepingCapacity: true) }
      known[ExactText(sql)] = node
    }
    return node
  }

  /// The same CHECKs and policies are asked for again and again, and reading a tree is slow.
  private static let expressions = Mutex<[ExactText: SyntaxNode]>([:])

  private static func parse(expression sql: String) throws(SyntaxError) -> SyntaxNode {
    let statements = try statements(of: "SELECT " + sql)
    guard let target = statements.first?["SelectStmt"]?["targetList"]?.elements.first,
      let expression = target["ResTarget"]?["val"]
    else { throw SyntaxError(message: "not an expression") }
    return expression
  }
}
