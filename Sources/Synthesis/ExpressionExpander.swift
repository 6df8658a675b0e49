package import Postgres
package import SQLSyntax

/// Writes into expressions what they stand for: the bodies of functions that they call, and what
/// generated columns are computed from.
///
/// `kb.is_support()` says nothing about the setting that it reads; its body does.
package struct ExpressionExpander: Sendable {
  private let routines: RoutineIndex

  /// An expander for the functions of `catalog`.
  package init(catalog: Catalog) { routines = RoutineIndex(catalog: catalog) }

  /// The expression with everything written into it, and the statements of bodies that are more
  /// than one expression; none for text that does not parse.
  ///
  /// - Parameter relation: The table whose row the expression is about.
  package func trees(of expression: String, on relation: Relation? = nil) -> [SyntaxNode] {
    guard let tree = try? SyntaxTree.expression(expression) else { return [] }
    var names: [String: SyntaxNode] = [:]
    for column in relation?.columns ?? [] where column.generation == .stored {
      names[column.name] = column.computation.flatMap { try? SyntaxTree.expression($0) }
    }
    var work = Work(routines: routines)
    let scope = Work.Scope(names: names, qualifier: relation?.name)
    let main = work.expand(tree, scope)
    return [main] + work.statements
  }
}

/// The expansion of one expression.
private struct Work {
  let routines: RoutineIndex
  /// The statements of bodies that are more than one expression.
  var statements: [SyntaxNode] = []
  /// How many bodies were written in so far; functions that call each other come to an end.
  private var count = 0

  init(routines: RoutineIndex) { self.routines = routines }

  /// What names stand for.
  struct Scope {
    var names: [String: SyntaxNode] = [:]
    var arguments: [SyntaxNode] = []
    /// What may stand before the names.
    var qualifier: String?
  }

  mutating func expand(_ node: SyntaxNode, _ scope: Scope, depth: Int = 0) -> SyntaxNode {
    if let (type, fields) = node.node {
      switch type {
      case "ParamRef":
        let index = (fields["number"]?.integer ?? 0) - 1
        if scope.arguments.indices.contains(index) { return scope.arguments[index] }
      case "ColumnRef":
        let names = fields["fields"]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
        let isPlain = names.count == 1 || (names.count == 2 && names[0] == scope.qualifier)
        if isPlain, let value = names.last.flatMap({ scope.names[$0] }) { return value }
      case "FuncCall":
        if let body = body(of: fields, scope, depth) { return body }
      default: break
      }
    }
    switch node {
    case .object(let members): return .object(members.mapValues { expand($0, scope, depth: depth) })
    case .list(let elements): return .list(elements.map { expand($0, scope, depth: depth) })
    default: return node
    }
  }

  /// The expression that a call comes to; nil where it is more than one expression.
  private mutating func body(
    of call: SyntaxNode, _ scope: Scope, _ depth: Int
  ) -> SyntaxNode? {
    guard depth < 5, count < 50, let routine = routines.routine(calledBy: call),
      let syntax = RoutineSyntax.cached(routine.source)
    else { return nil }
    count += 1
    var inner = Scope(qualifier: routine.name)
    for (index, argument) in (call["args"]?.elements ?? []).enumerated() {
      let value = expand(argument, scope, depth: depth)
      inner.arguments.append(value)
      if routine.argumentNames.indices.contains(index), !routine.argumentNames[index].isEmpty {
        inner.names[routine.argumentNames[index]] = value
      }
    }
    let arguments = inner
    for (name, value) in syntax.variables.sorted(by: { $0.key < $1.key })
    where inner.names[name] == nil {
      inner.names[name] = expand(value, arguments, depth: depth + 1)
    }
    if syntax.statements.count == 1, let only = Self.onlyTarget(syntax.statements[0]) {
      return expand(only, inner, depth: depth + 1)
    }
    statements += syntax.statements.map { expand($0, inner, depth: depth + 1) }
    guard syntax.results.count == 1, let only = Self.onlyTarget(syntax.results[0]) else {
      return nil
    }
    return expand(only, inner, depth: depth + 1)
  }

  /// The expression that a SELECT without FROM gives.
  private static func onlyTarget(_ statement: SyntaxNode) -> SyntaxNode? {
    guard let select = statement["SelectStmt"], select["fromClause"] == nil,
      let targets = select["targetList"]?.elements, targets.count == 1
    else { return nil }
    return targets[0]["ResTarget"]?["val"]
  }
}
