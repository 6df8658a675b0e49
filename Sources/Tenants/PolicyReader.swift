internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Walks through the syntax trees of policies and of the functions that they call.
struct PolicyReader {
  let catalog: Catalog
  var bindings: Set<ContextBinding> = []
  var asked: [UInt32: Set<UInt32>] = [:]
  var wishes: [UInt32: [String: ColumnPreference]] = [:]
  var equalities: Set<PolicyReferences.Equality> = []

  private let relations: [String: [Relation]]
  private let routines: RoutineIndex
  private let bodies = RoutineTrees()
  /// The table whose policy is read.
  private var owner: UInt32 = 0
  private var depth = 0

  init(catalog: Catalog) {
    self.catalog = catalog
    relations = Dictionary(grouping: catalog.sortedRelations, by: \.name)
    routines = RoutineIndex(catalog: catalog)
  }

  /// The tables that names can refer to, the innermost query last, and what names of arguments and
  /// variables stand for.
  private struct Scope {
    var frames: [[(alias: String, relation: Relation)]] = []
    var names: [String: [Value]] = [:]
    var arguments: [[Value]] = []
  }

  /// What an expression comes to, as far as it is known.
  private enum Value: Hashable {
    case reading(ContextReading)
    case column(PolicyReferences.ColumnName)
  }

  /// Takes note of what the expression of a policy on `relation` asks.
  mutating func read(_ expression: SyntaxNode, of relation: Relation) {
    owner = relation.oid
    bodies.begin()
    visit(expression, Scope(frames: [[(relation.name, relation)]]))
  }

  /// Takes note of the part of the context that a column gets by default.
  mutating func readDefault(_ expression: SyntaxNode, of column: String, in relation: Relation) {
    let name = PolicyReferences.ColumnName(relation: relation.oid, column: column)
    bodies.begin()
    for value in values(of: expression, Scope()) { relate(.column(name), value) }
  }

  // MARK: - Walking

  private mutating func visit(_ node: SyntaxNode, _ scope: Scope) {
    guard let (type, fields) = node.node else {
      switch node {
      case .list(let elements): for element in elements { visit(element, scope) }
      case .object(let members):
        for key in members.keys.sorted() { visit(members[key] ?? .null, scope) }
      default: break
      }
      return
    }
    switch type {
    case "SelectStmt":
      visitSelect(fields, scope)
      return
    case "A_Expr":
      compare(fields, scope)
    case "SubLink":
      if let test = fields["testexpr"] {
        for left in values(of: test, scope) {
          for right in targets(of: fields["subselect"], scope) { relate(left, right) }
        }
      }
    case "FuncCall":
      visitRoutine(fields, scope)
    default: break
    }
    visit(fields, scope)
  }

  private mutating func visitSelect(_ fields: SyntaxNode, _ outer: Scope) {
    var scope = outer
    scope.frames.append(frame(fields["fromClause"]))
    for (_, relation) in scope.frames.last ?? [] where relation.oid != owner {
      asked[owner, default: []].insert(relation.oid)
    }
    for conjunct in conjuncts(fields["whereClause"]) { wish(conjunct, scope) }
    for join in fields["fromClause"]?.elements ?? [] {
      for conjunct in conjuncts(join["JoinExpr"]?["quals"]) { wish(conjunct, scope) }
    }
    visit(fields, scope)
  }

  /// The tables of a FROM clause with the names they go by.
  private func frame(_ node: SyntaxNode?) -> [(alias: String, relation: Relation)] {
    guard let node else { return [] }
    guard let (type, fields) = node.node else { return node.elements.flatMap { frame($0) } }
    switch type {
    case "RangeVar":
      guard let name = fields["relname"]?.text,
        let relation = relation(schema: fields["schemaname"]?.text, name: name)
      else { return [] }
      return [(fields["alias"]?["aliasname"]?.text ?? name, relation)]
    case "JoinExpr": return frame(fields["larg"]) + frame(fields["rarg"])
    default: return []
    }
  }

  private func relation(schema: String?, name: String) -> Relation? {
    let found = relations[name] ?? []
    if let schema { return found.first { $0.schema == schema } }
    // The search path is not known; where it can be read another way the catalog writes the schema.
    let own = catalog.relations[owner]?.schema
    return found.first { $0.schema == own } ?? found.first { $0.schema == "public" } ?? found.first
  }

  private mutating func visitRoutine(_ call: SyntaxNode, _ scope: Scope) {
    guard let routine = routines.routine(calledBy: call), depth < 5,
      let body = bodies.body(of: routine)
    else {
      return
    }
    depth += 1
    let inner = innerScope(routine, body, call, scope)
    for statement in body.statements { visit(statement, inner) }
    depth -= 1
  }

  private func innerScope(
    _ routine: Routine, _ body: RoutineSyntax, _ call: SyntaxNode, _ scope: Scope
  ) -> Scope {
    var inner = Scope()
    for (index, argument) in (call["args"]?.elements ?? []).enumerated() {
      let values = values(of: argument, scope)
      inner.arguments.append(values)
      if routine.argumentNames.indices.contains(index) {
        inner.names[routine.argumentNames[index]] = values
      }
    }
    for (name, expression) in body.variables.sorted(by: { $0.key < $1.key }) {
      inner.names[name] = values(of: expression, inner)
    }
    return inner
  }

  // MARK: - Comparing

  private mutating func compare(_ fields: SyntaxNode, _ scope: Scope) {
    let isEquality = fields["name"]?.elements.last?["String"]?["sval"]?.text == "="
    guard isEquality, let left = fields["lexpr"], let right = fields["rexpr"] else { return }
    let others = right.elements.isEmpty ? [right] : right.elements
    for value in values(of: left, scope) {
      for other in others { for match in values(of: other, scope) { relate(value, match) } }
    }
  }

  private mutating func relate(_ left: Value, _ right: Value) {
    switch (left, right) {
    case (.column(let column), .reading(let reading)), (.reading(let reading), .column(let column)):
      bindings.insert(
        ContextBinding(relation: column.relation, column: column.column, reading: reading))
    case (.column(let left), .column(let right)) where left != right:
      equalities.insert(.init(left: left, right: right))
    default: break
    }
  }

  private func values(of node: SyntaxNode, _ scope: Scope) -> [Value] {
    guard let (type, fields) = node.node else { return [] }
    switch type {
    case "TypeCast": return fields["arg"].map { values(of: $0, scope) } ?? []
    case "CoalesceExpr":
      return fields["args"]?.elements.flatMap { values(of: $0, scope) } ?? []
    case "A_ArrayExpr":
      return fields["elements"]?.elements.flatMap { values(of: $0, scope) } ?? []
    case "A_Expr": return values(ofOperation: fields, scope)
    case "SubLink":
      guard ["EXPR_SUBLINK", "ARRAY_SUBLINK"].contains(fields["subLinkType"]?.text) else {
        return []
      }
      return targets(of: fields["subselect"], scope)
    case "ColumnRef": return values(ofName: fields, scope)
    case "ParamRef":
      let index = (fields["number"]?.integer ?? 0) - 1
      return scope.arguments.indices.contains(index) ? scope.arguments[index] : []
    case "FuncCall": return values(ofCall: fields, scope)
    default: return []
    }
  }

  private func values(ofOperation fields: SyntaxNode, _ scope: Scope) -> [Value] {
    let name = fields["name"]?.elements.last?["String"]?["sval"]?.text
    guard let left = fields["lexpr"] else { return [] }
    if fields["kind"]?.text == "AEXPR_NULLIF" { return values(of: left, scope) }
    guard name == "->>" || name == "->", let right = fields["rexpr"],
      let member = Self.constants(in: right).first
    else { return [] }
    return values(of: left, scope).compactMap { value in
      guard case .reading(var reading) = value else { return nil }
      reading.path.append(member)
      return .reading(reading)
    }
  }

  private func values(ofName fields: SyntaxNode, _ scope: Scope) -> [Value] {
    let names = fields["fields"]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
    guard let name = names.last else { return [] }
    for frame in scope.frames.reversed() {
      for (alias, relation) in frame where relation.column(name) != nil {
        guard names.count < 2 || names[names.count - 2] == alias else { continue }
        return [.column(.init(relation: relation.oid, column: name))]
      }
    }
    return scope.names[name] ?? []
  }

  private func values(ofCall fields: SyntaxNode, _ scope: Scope) -> [Value] {
    let name = fields["funcname"]?.elements.last?["String"]?["sval"]?.text ?? ""
    let arguments = fields["args"]?.elements ?? []
    if name == "current_setting" {
      // Only a setting with a prefix is the application's own.
      guard let setting = arguments.first.flatMap({ Self.constants(in: $0).first }),
        setting.contains(".")
      else { return [] }
      return [.reading(ContextReading(setting: setting))]
    }
    if let routine = routines.routine(calledBy: fields) {
      guard scope.frames.count < 12, let body = bodies.body(of: routine) else { return [] }
      var inner = innerScope(routine, body, fields, scope)
      // Counts how deep functions call each other, so that one that calls itself comes to an end.
      inner.frames = Array(repeating: [], count: scope.frames.count + 2)
      return body.results.flatMap { targets(of: $0, inner) }
    }
    if ["lower", "upper", "btrim", "trim", "unnest", "string_to_array"].contains(name) {
      return arguments.first.map { values(of: $0, scope) } ?? []
    }
    return []
  }

  /// What the only target of a SELECT comes to.
  private func targets(of node: SyntaxNode?, _ scope: Scope) -> [Value] {
    guard let select = node?["SelectStmt"],
      let targets = select["targetList"]?.elements, targets.count == 1,
      let target = targets[0]["ResTarget"]?["val"]
    else { return [] }
    var inner = scope
    inner.frames.append(frame(select["fromClause"]))
    return values(of: target, inner)
  }

  // MARK: - Wishes

  private func conjuncts(_ node: SyntaxNode?) -> [SyntaxNode] {
    guard let node else { return [] }
    guard let expression = node["BoolExpr"], let arguments = expression["args"]?.elements else {
      return [node]
    }
    switch expression["boolop"]?.text {
    case "AND_EXPR": return arguments.flatMap { conjuncts($0) }
    // One branch is enough to make it true.
    case "OR_EXPR": return conjuncts(arguments.first)
    default: return [node]
    }
  }

  /// Takes note of what a condition asks of a row of the innermost query, if it asks it of nothing
  /// else.
  private mutating func wish(_ node: SyntaxNode, _ scope: Scope) {
    guard let (type, fields) = node.node else { return }
    var found: (column: PolicyReferences.ColumnName, wish: ColumnPreference)?
    switch type {
    case "ColumnRef":
      found = column(node, scope).map { ($0, .oneOf(["true"])) }
    case "BoolExpr" where fields["boolop"]?.text == "NOT_EXPR":
      found = (fields["args"]?.elements.first).flatMap { column($0, scope) }
        .map { ($0, .oneOf(["false"])) }
    case "NullTest":
      let isNull = fields["nulltesttype"]?.text == "IS_NULL"
      found = fields["arg"].flatMap { column($0, scope) }.map { ($0, isNull ? .null : .given) }
    case "A_Expr":
      guard let left = fields["lexpr"], let right = fields["rexpr"] else { return }
      let name = fields["name"]?.elements.last?["String"]?["sval"]?.text ?? ""
      if let column = column(left, scope) {
        found = wish(name, right).map { (column, $0) }
      } else if let column = column(right, scope) {
        let mirrored = ["<": ">", ">": "<", "<=": ">=", ">=": "<="][name] ?? name
        found = wish(mirrored, left).map { (column, $0) }
      }
    default: return
    }
    guard let found, found.column.relation != owner else { return }
    if wishes[found.column.relation]?[found.column.column] == nil {
      wishes[found.column.relation, default: [:]][found.column.column] = found.wish
    }
  }

  private func wish(_ name: String, _ other: SyntaxNode) -> ColumnPreference? {
    let constants = Self.constants(in: other)
    if name == "=" { return constants.isEmpty ? nil : .oneOf(constants) }
    guard isNow(other) else { return nil }
    switch name {
    case ">", ">=": return .oneOf(["2100-01-01"])
    case "<", "<=": return .oneOf(["2001-01-01"])
    default: return nil
    }
  }

  private func isNow(_ node: SyntaxNode) -> Bool {
    if let argument = node["TypeCast"]?["arg"] { return isNow(argument) }
    if node["SQLValueFunction"] != nil { return true }
    let name = node["FuncCall"]?["funcname"]?.elements.last?["String"]?["sval"]?.text
    return ["now", "clock_timestamp", "statement_timestamp"].contains(name)
  }

  private func column(_ node: SyntaxNode, _ scope: Scope) -> PolicyReferences.ColumnName? {
    if let argument = node["TypeCast"]?["arg"] { return column(argument, scope) }
    guard let fields = node["ColumnRef"] else { return nil }
    let inner = Scope(frames: scope.frames.suffix(1))
    guard case .column(let column) = values(ofName: fields, inner).first else { return nil }
    return column
  }

  private static func constants(in node: SyntaxNode) -> [String] {
    HintCollector.constants(in: node)
  }
}

/// The bodies of functions that were read already: the policies of many tables call the same.
private final class RoutineTrees {
  private var known: [UInt32: RoutineSyntax?] = [:]
  /// So many for one expression and no more: functions that call each other multiply.
  private var remaining = 0

  /// Begins with another expression.
  func begin() { remaining = 200 }

  func body(of routine: Routine) -> RoutineSyntax? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    if let body = known[routine.oid] { return body }
    let body = RoutineSyntax(routine.source)
    known[routine.oid] = body
    return body
  }
}
