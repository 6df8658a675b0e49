internal import Postgres
internal import SQLSyntax

/// Reads the meaning of a policy's expression.
struct ConditionReader {
  private let terms: TermReader
  private let known: KnownForms
  private let normalForms: NormalForms

  init(catalog: Catalog, normalForms: NormalForms = NormalForms()) {
    terms = TermReader(catalog: catalog)
    known = KnownForms()
    self.normalForms = normalForms
  }

  /// The same reader with the server's forms of some expressions.
  func with(_ normalForms: NormalForms) -> ConditionReader {
    ConditionReader(terms: terms, known: known, normalForms: normalForms)
  }

  private init(terms: TermReader, known: KnownForms, normalForms: NormalForms) {
    self.terms = terms
    self.known = known
    self.normalForms = normalForms
  }

  /// The form of an expression of a policy on `relation`: equal forms mean the same.
  ///
  /// Nil when it cannot be parsed.
  func form(_ sql: String, of relation: Relation) -> SyntaxNode? {
    let expression = NormalForms.Expression(relation: relation.oid, sql: sql)
    if let tree = normalForms.trees[expression] {
      return terms.term(tree, TermReader.Scope(relation))
    }
    if let form = known.forms[expression] { return form }
    guard let tree = try? SyntaxTree.expression("(" + sql + "\n)") else { return nil }
    let form = terms.term(tree, TermReader.Scope(relation))
    known.forms[expression] = form
    return form
  }

  /// What an expression of a policy on `relation` asks of a row.
  func condition(_ sql: String, of relation: Relation) -> Condition {
    guard let form = form(sql, of: relation) else { return .other(.text(sql)) }
    return condition(form)
  }

  /// The condition of a term.
  func condition(_ term: SyntaxNode) -> Condition {
    guard let (type, fields) = term.node else { return .other(term) }
    switch type {
    case "BoolExpr":
      let parts = fields["args"]?.elements ?? []
      switch fields["boolop"]?.text {
      case "AND_EXPR": return .and(parts.map { condition($0) })
      case "OR_EXPR": return .or(parts.map { condition($0) })
      default: return parts.first.map { negation($0) } ?? .other(term)
      }
    case "A_Const", "Cast":
      switch term.constant {
      case .boolean(let value): return .constant(value)
      case .null: return .constant(false)
      default: return .other(meaning(term))
      }
    case "NullTest":
      return .null(
        meaning(fields["arg"] ?? .null), isNull: fields["nulltesttype"]?.text == "IS_NULL")
    case "BooleanTest":
      // A row passes when it is true, so that asking for it adds nothing.
      let argument = fields["arg"] ?? .null
      if fields["booltesttype"]?.text == "IS_TRUE" { return condition(argument) }
      if fields["booltesttype"]?.text == "IS_FALSE" { return negation(argument) }
      return .other(meaning(term))
    case "Coalesce":
      let parts = fields.elements
      if parts.count == 2, parts[1].constant == .boolean(false) { return condition(parts[0]) }
      return .other(meaning(term))
    case "Operation": return operation(fields.elements, term)
    case "Sublink": return sublink(fields.elements, term)
    default: return .other(meaning(term))
    }
  }

  /// The condition that a term is false; not the same as not being true.
  private func negation(_ term: SyntaxNode) -> Condition {
    let unknown = Condition.other(.object(["Not": meaning(term)]))
    guard let (type, fields) = term.node else { return unknown }
    switch type {
    case "BoolExpr":
      let parts = fields["args"]?.elements ?? []
      switch fields["boolop"]?.text {
      case "AND_EXPR": return .or(parts.map { negation($0) })
      case "OR_EXPR": return .and(parts.map { negation($0) })
      default: return parts.first.map { condition($0) } ?? unknown
      }
    case "A_Const", "Cast":
      switch term.constant {
      case .boolean(let value): return .constant(!value)
      case .null: return .constant(false)
      default: return unknown
      }
    case "NullTest":
      return .null(
        meaning(fields["arg"] ?? .null), isNull: fields["nulltesttype"]?.text != "IS_NULL")
    case "Operation":
      let opposite = ["=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"]
      guard let (symbol, left, right) = Self.comparison(fields.elements),
        let other = opposite[symbol]
      else { return unknown }
      return compare(other, left, right)
    case "Sublink":
      if case .exists(let subquery, let isThere) = sublink(fields.elements, term),
        fields.elements.first == .text("EXISTS_SUBLINK")
      {
        return .exists(subquery, isThere: !isThere)
      }
      return unknown
    default: return unknown
    }
  }

  // MARK: - Operators

  private static let symbols: Set<String> = ["=", "<>", "<", "<=", ">", ">="]

  private static func comparison(
    _ parts: [SyntaxNode]
  ) -> (String, SyntaxNode, SyntaxNode)? {
    guard parts.count == 4, parts[0].text == "AEXPR_OP", parts[1].elements.count == 1,
      let symbol = parts[1].elements[0].text.map({ $0 == "!=" ? "<>" : $0 }),
      symbols.contains(symbol), parts[2] != .null
    else { return nil }
    return (symbol, parts[2], parts[3])
  }

  private func operation(_ parts: [SyntaxNode], _ term: SyntaxNode) -> Condition {
    guard parts.count == 4 else { return .other(meaning(term)) }
    if let (symbol, left, right) = Self.comparison(parts) { return compare(symbol, left, right) }
    let symbol = parts[1].elements.last?.text
    switch parts[0].text {
    case "AEXPR_IN":
      let items = Self.listItems(parts[3])
      guard !items.isEmpty else { break }
      if symbol == "=" { return .or(items.map { compare("=", parts[2], $0) }) }
      if symbol == "<>" { return .and(items.map { compare("<>", parts[2], $0) }) }
    case "AEXPR_OP_ANY":
      if symbol == "=", let items = Self.arrayElements(parts[3]) {
        return .or(items.map { compare("=", parts[2], $0) })
      }
    case "AEXPR_OP_ALL":
      if symbol == "<>", let items = Self.arrayElements(parts[3]) {
        return .and(items.map { compare("<>", parts[2], $0) })
      }
    case "AEXPR_BETWEEN":
      let bounds = Self.listItems(parts[3])
      if bounds.count == 2 {
        return .and([compare(">=", parts[2], bounds[0]), compare("<=", parts[2], bounds[1])])
      }
    default: break
    }
    return .other(meaning(term))
  }

  private static func arrayElements(_ term: SyntaxNode) -> [SyntaxNode]? {
    guard let elements = term["A_ArrayExpr"]?["elements"]?.elements, !elements.isEmpty else {
      return nil
    }
    return elements
  }

  /// The items of a list, which is a node of its own or not.
  private static func listItems(_ term: SyntaxNode) -> [SyntaxNode] {
    term["List"]?["items"]?.elements ?? term.elements
  }

  private func compare(_ symbol: String, _ left: SyntaxNode, _ right: SyntaxNode) -> Condition {
    if symbol == "=", let these = left["RowExpr"]?["args"]?.elements,
      let those = right["RowExpr"]?["args"]?.elements, these.count == those.count
    {
      return .and(zip(these, those).map { compare("=", $0, $1) })
    }
    let sides = (meaning(left), meaning(right))
    return compareMeanings(symbol, sides.0, sides.1)
  }

  private func compareMeanings(
    _ symbol: String, _ left: SyntaxNode, _ right: SyntaxNode
  ) -> Condition {
    if left.constant == .null || right.constant == .null { return .constant(false) }
    // `flag = true` is `flag`, for what stands alone as well.
    for (side, other) in [(left, right), (right, left)] {
      guard case .boolean(let value)? = other.constant, ["=", "<>"].contains(symbol) else {
        continue
      }
      return (symbol == "=") == value ? condition(side) : negation(side)
    }
    if let first = left.constant, let second = right.constant {
      if symbol == "=", first == second { return .constant(true) }
    }
    return .comparison(Condition.Comparison(symbol, left, right))
  }

  // MARK: - Subqueries

  private func sublink(_ parts: [SyntaxNode], _ term: SyntaxNode) -> Condition {
    guard parts.count == 4, let query = parts[3]["Query"]?.elements, query.count == 5 else {
      return .other(meaning(term))
    }
    let relations = query[0].elements.compactMap(\.integer)
    guard !relations.isEmpty else { return .other(meaning(term)) }
    var conditions = query[1].elements.map { condition($0) }
    switch parts[0].text {
    case "EXISTS_SUBLINK": break
    case "ANY_SUBLINK":
      // `x IN (SELECT y …)` is true where a row exists whose y is x.
      guard parts[2].elements.isEmpty || parts[2] == .list([.text("=")]),
        query[2].elements.count == 1
      else { return .other(meaning(term)) }
      conditions.append(compare("=", parts[1], query[2].elements[0]))
    default: return .other(meaning(term))
    }
    let whole = Condition.and(conditions)
    if whole == .constant(false) { return whole }
    return .exists(
      .init(level: query[4].integer ?? 0, relations: relations, condition: whole),
      isThere: true)
  }

  // MARK: - Values

  /// Functions whose result is the same for all rows of a statement.
  private static let steady: Set<String> = ["current_setting"]

  /// A value without what only says how often it is computed: `(SELECT f())` is `f()`.
  func meaning(_ term: SyntaxNode) -> SyntaxNode {
    switch term {
    case .object(let fields):
      if let parts = fields["Sublink"]?.elements, parts.count == 4,
        parts[0].text == "EXPR_SUBLINK", let query = parts[3]["Query"]?.elements,
        query[0].elements.isEmpty, query[1].elements.isEmpty, query[2].elements.count == 1,
        Self.isSteady(query[2].elements[0])
      {
        return meaning(query[2].elements[0])
      }
      return .object(fields.mapValues { meaning($0) })
    case .list(let elements): return .list(elements.map { meaning($0) })
    default: return term
    }
  }

  private static func isSteady(_ term: SyntaxNode) -> Bool {
    var isSteady = true
    term.walk { node in
      if node["Sublink"] != nil { isSteady = false }
      if let names = node["Call"]?.elements.first?.elements {
        isSteady = isSteady && names.count == 1 && steady.contains(names[0].text ?? "")
      }
    }
    return isSteady
  }
}

/// Forms that were read already: USING and WITH CHECK are often the same.
private final class KnownForms {
  var forms: [NormalForms.Expression: SyntaxNode] = [:]
}
