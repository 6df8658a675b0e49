internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// By which columns the subqueries of policies look for rows in other tables.
struct SubqueryKeys {
  private let catalog: Catalog
  private let relations: [String: [Relation]]
  private let routines: RoutineIndex

  init(catalog: Catalog) {
    self.catalog = catalog
    relations = Dictionary(grouping: catalog.sortedRelations, by: \.name)
    routines = RoutineIndex(catalog: catalog)
  }

  /// A table and the columns by which rows of it are looked for.
  struct Found: Hashable {
    var relation: UInt32
    /// Those compared with what is the same for all rows first.
    var columns: [String]
    /// True inside a function.
    var isHidden: Bool
  }

  /// So many functions are followed that call each other, and so many columns make an index.
  private static let (depthLimit, columnLimit) = (3, 3)

  /// The keys in an expression, and in the functions that it calls.
  func keys(in expression: SyntaxNode, of owner: Relation) -> [Found] {
    var found: [Found] = []
    visit(expression, owner, depth: 0, &found)
    return found
  }

  private func visit(
    _ tree: SyntaxNode, _ owner: Relation, depth: Int, _ found: inout [Found]
  ) {
    var keys: [Found] = []
    tree.walk { node in
      guard let (type, fields) = node.node else { return }
      if type == "SelectStmt" {
        keys += self.keys(ofQuery: fields, owner).map {
          Found(relation: $0.key, columns: $0.value, isHidden: depth > 0)
        }.sorted { $0.relation < $1.relation }
      }
      guard type == "FuncCall", depth < Self.depthLimit,
        let routine = routines.routine(calledBy: fields),
        let body = RoutineSyntax.cached(routine.source)
      else { return }
      for statement in body.statements { visit(statement, owner, depth: depth + 1, &keys) }
    }
    for key in keys where !found.contains(key) { found.append(key) }
  }

  private func keys(ofQuery fields: SyntaxNode, _ owner: Relation) -> [UInt32: [String]] {
    var frame: [(alias: String, relation: Relation)] = []
    var conditions = [fields["whereClause"]]
    for item in fields["fromClause"]?.elements ?? [] {
      item.walk { node in
        if let join = node["JoinExpr"] { conditions.append(join["quals"]) }
        guard let range = node["RangeVar"], let name = range["relname"]?.text,
          let relation = relation(range["schemaname"]?.text, name, owner)
        else { return }
        frame.append((range["alias"]?["aliasname"]?.text ?? name, relation))
      }
    }
    func column(_ node: SyntaxNode) -> (Relation, String)? {
      let names =
        node["ColumnRef"]?["fields"]?.elements
        .compactMap { $0["String"]?["sval"]?.text } ?? []
      guard let name = names.last else { return nil }
      let match = frame.first { alias, relation in
        relation.column(name) != nil && (names.count < 2 || names[names.count - 2] == alias)
      }
      return match.map { ($0.relation, name) }
    }
    var first: [UInt32: [String]] = [:]
    var second: [UInt32: [String]] = [:]
    for condition in conditions.compactMap({ $0 }).flatMap(conjuncts) {
      guard let comparison = condition["A_Expr"], let left = comparison["lexpr"],
        let right = comparison["rexpr"],
        comparison["name"]?.elements.last?["String"]?["sval"]?.text == "="
      else { continue }
      for (side, other) in [(left, right), (right, left)] {
        guard let (relation, name) = column(side), !isConstant(other) else { continue }
        var hasColumn = false
        var isOwn = false
        other.walk { node in
          guard node["ColumnRef"] != nil else { return }
          hasColumn = true
          if let (referred, _) = column(node), referred.oid == relation.oid { isOwn = true }
        }
        guard !isOwn else { continue }
        if hasColumn {
          second[relation.oid, default: []].append(name)
        } else {
          first[relation.oid, default: []].append(name)
        }
      }
    }
    return first.merging(second) { $0 + $1 }.mapValues { names in
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }.prefix(Self.columnLimit)
        .map { SQLNames.of($0) }
    }
  }

  private func conjuncts(_ node: SyntaxNode) -> [SyntaxNode] {
    guard let expression = node["BoolExpr"], expression["boolop"]?.text == "AND_EXPR" else {
      return [node]
    }
    return expression["args"]?.elements.flatMap { conjuncts($0) } ?? []
  }

  private func isConstant(_ node: SyntaxNode) -> Bool {
    var isConstant = true
    node.walk {
      if $0["ColumnRef"] != nil || $0["FuncCall"] != nil || $0["SubLink"] != nil
        || $0["ParamRef"] != nil
      {
        isConstant = false
      }
    }
    return isConstant
  }

  private func relation(_ schema: String?, _ name: String, _ owner: Relation) -> Relation? {
    let found = (relations[name] ?? []).filter { [.table, .partitioned].contains($0.kind) }
    if let schema { return found.first { $0.schema == schema } }
    return found.first { $0.schema == owner.schema } ?? found.first
  }
}
