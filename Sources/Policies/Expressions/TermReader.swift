internal import Postgres
internal import SQLSyntax

/// Brings the syntax tree of a policy's expression into one form, whoever wrote it.
///
/// PostgreSQL keeps no text of a policy: it writes one anew, with every cast, alias and parenthesis.
/// Names of columns become numbers of their tables, names of tables their OIDs, and what
/// `ruleutils.c` adds without changing the meaning is taken away. What is not known is left as it
/// is, so two terms that are equal mean the same, and two that are not may do so all the same.
struct TermReader {
  /// The tables that a query names, outermost first.
  struct Scope {
    /// One table: the name that it goes by, and what it is.
    struct Source {
      var alias: String
      var relation: Relation
    }

    var frames: [[Source]]
    /// False when a frame has something whose columns are not known, such as a function.
    var isComplete = true

    init(_ relation: Relation) {
      frames = [[Source(alias: relation.name, relation: relation)]]
    }

    /// The column that a reference means; nil when it cannot be told.
    func column(_ parts: [String]) -> SyntaxNode? {
      guard isComplete, let name = parts.last else { return nil }
      for (level, frame) in frames.enumerated().reversed() {
        let found = frame.enumerated().filter { _, source in
          switch parts.count {
          case 1: source.relation.column(name) != nil
          case 2: source.alias == parts[0] && source.relation.column(name) != nil
          case 3:
            source.alias == parts[1] && source.relation.schema == parts[0]
              && source.relation.column(name) != nil
          default: false
          }
        }
        if found.count > 1 { return nil }
        if let (index, _) = found.first {
          return .object(["Column": .list([.integer(level), .integer(index), .text(name)])])
        }
        // An alias hides what goes by the same name further out.
        if parts.count > 1, frame.contains(where: { $0.alias == parts[parts.count - 2] }) {
          return nil
        }
      }
      return nil
    }
  }

  let catalog: Catalog
  private let byName: [String: [Relation]]

  init(catalog: Catalog) {
    self.catalog = catalog
    byName = Dictionary(grouping: catalog.sortedRelations, by: \.name)
  }

  /// The relation that a name means in a policy of a table in `schema`.
  func relation(_ range: SyntaxNode, near schema: String) -> Relation? {
    guard let name = range["relname"]?.text else { return nil }
    let found = byName[name] ?? []
    if let written = range["schemaname"]?.text { return found.first { $0.schema == written } }
    // Which one the search path finds is not known where there are several.
    if found.count > 1 { return nil }
    return found.first
  }

  /// The term of `node`, with the names of `scope`.
  func term(_ node: SyntaxNode, _ scope: Scope) -> SyntaxNode {
    guard let (type, fields) = node.node else { return plain(node, scope) }
    switch type {
    case "ColumnRef":
      let parts = (fields["fields"]?.elements ?? []).compactMap { $0["String"]?["sval"]?.text }
      guard parts.count == fields["fields"]?.elements.count else { return plain(node, scope) }
      return scope.column(parts) ?? plain(node, scope)
    case "FuncCall": return call(fields, scope)
    case "TypeCast":
      return .object([
        "Cast": .list([
          term(fields["arg"] ?? .null, scope), Self.typeName(fields["typeName"] ?? .null),
        ])
      ])
    case "A_Expr": return operation(fields, scope)
    case "SubLink": return sublink(fields, scope)
    case "CoalesceExpr":
      return .object(["Coalesce": plain(fields["args"] ?? .list([]), scope)])
    default: return plain(node, scope)
    }
  }

  /// Any part of a tree, without the places in the text.
  private func plain(_ node: SyntaxNode, _ scope: Scope) -> SyntaxNode {
    switch node {
    case .object(let fields):
      return .object(
        Dictionary(
          uniqueKeysWithValues: fields.filter { $0.key != "location" && $0.key != "stmt_location" }
            .map { ($0.key, term($0.value, scope)) }))
    case .list(let elements): return .list(elements.map { term($0, scope) })
    default: return node
    }
  }

  /// A type by its names without `pg_catalog`, and its modifiers.
  static func typeName(_ node: SyntaxNode) -> SyntaxNode {
    let names = (node["names"]?.elements ?? []).compactMap { $0["String"]?["sval"]?.text }
      .filter { $0 != "pg_catalog" }
    var fields: [String: SyntaxNode] = ["names": .list(names.map { .text($0) })]
    for key in ["typmods", "arrayBounds", "setof"] {
      if let value = node[key] { fields[key] = value.withoutLocations }
    }
    return .object(fields)
  }

  private func call(_ fields: SyntaxNode, _ scope: Scope) -> SyntaxNode {
    let names = (fields["funcname"]?.elements ?? []).compactMap { $0["String"]?["sval"]?.text }
      .filter { $0 != "pg_catalog" }
    var arguments = (fields["args"]?.elements ?? []).map { term($0, scope) }
    if names == ["current_setting"], let first = arguments.first {
      arguments[0] = Self.withoutTextCast(first)
    }
    var rest = fields
    if case .object(var members) = rest {
      for key in ["funcname", "args", "location", "funcformat"] { members[key] = nil }
      rest = .object(members)
    }
    return .object([
      "Call": .list([.list(names.map { .text($0) }), .list(arguments), plain(rest, scope)])
    ])
  }

  private func operation(_ fields: SyntaxNode, _ scope: Scope) -> SyntaxNode {
    let kind = fields["kind"]?.text ?? ""
    let names = (fields["name"]?.elements ?? []).compactMap { $0["String"]?["sval"]?.text }
      .filter { $0 != "pg_catalog" }
    var left = term(fields["lexpr"] ?? .null, scope)
    var right = term(fields["rexpr"] ?? .null, scope)
    if kind == "AEXPR_NULLIF", Self.readsSetting(left) {
      right = Self.withoutTextCast(right)
      left = Self.withoutTextCast(left)
    }
    return .object([
      "Operation": .list([.text(kind), .list(names.map { .text($0) }), left, right])
    ])
  }

  private static func readsSetting(_ term: SyntaxNode) -> Bool {
    if let parts = term["Call"]?.elements, let names = parts.first {
      return names == .list([.text("current_setting")])
    }
    return false
  }

  /// `'x'` for `'x'::text`; only where the function that takes it has no other form.
  private static func withoutTextCast(_ term: SyntaxNode) -> SyntaxNode {
    guard let parts = term["Cast"]?.elements, parts.count == 2, parts[0]["A_Const"] != nil,
      parts[1] == .object(["names": .list([.text("text")])])
    else { return term }
    return parts[0]
  }

  private func sublink(_ fields: SyntaxNode, _ scope: Scope) -> SyntaxNode {
    let kind = fields["subLinkType"]?.text ?? ""
    let test = fields["testexpr"].map { term($0, scope) } ?? .null
    let operators = (fields["operName"]?.elements ?? []).compactMap { $0["String"]?["sval"]?.text }
      .filter { $0 != "pg_catalog" }
    return .object([
      "Sublink": .list([
        .text(kind), test, .list(operators.map { .text($0) }),
        query(fields["subselect"] ?? .null, scope, namesTargets: kind != "EXISTS_SUBLINK"),
      ])
    ])
  }

  /// A subquery: its tables, its condition and what it gives.
  private func query(_ node: SyntaxNode, _ scope: Scope, namesTargets: Bool) -> SyntaxNode {
    guard let select = node["SelectStmt"], case .object(let members) = select,
      let flat = flatten(select["fromClause"]?.elements ?? [], scope)
    else {
      // A name may be a column of something that is not known here.
      var unknown = scope
      unknown.isComplete = false
      return plain(node, unknown)
    }
    var inner = scope
    inner.frames.append(flat.sources)
    let known: Set<String> = ["fromClause", "whereClause", "targetList", "limitOption", "op"]
    let rest = members.filter { !known.contains($0.key) }
    let isPlain = rest.isEmpty && select["limitOption"]?.text == "LIMIT_OPTION_DEFAULT"
    var conditions = flat.conditions
    if let condition = select["whereClause"] { conditions.append(condition) }
    let targets = (select["targetList"]?.elements ?? []).map { target in
      term(target["ResTarget"]?["val"] ?? target, inner)
    }
    return .object([
      isPlain ? "Query" : "OtherQuery": .list([
        .list(flat.sources.map { .integer(Int($0.relation.oid)) }),
        .list(conditions.map { term($0, inner) }),
        .list(isPlain && !namesTargets ? [] : targets),
        isPlain ? .null : plain(.object(rest), inner),
        .integer(inner.frames.count - 1),
      ])
    ])
  }

  /// The tables of a FROM clause and the conditions of its inner joins; nil for anything else.
  private func flatten(
    _ items: [SyntaxNode], _ scope: Scope
  ) -> (sources: [Scope.Source], conditions: [SyntaxNode])? {
    var sources: [Scope.Source] = []
    var conditions: [SyntaxNode] = []
    for item in items {
      if let range = item["RangeVar"] {
        guard let relation = relation(range, near: scope.frames[0][0].relation.schema),
          // FROM ONLY leaves out what inherits.
          range["alias"]?["colnames"] == nil, range["inh"] == .boolean(true)
        else { return nil }
        sources.append(
          .init(
            alias: range["alias"]?["aliasname"]?.text ?? relation.name, relation: relation))
      } else if let join = item["JoinExpr"] {
        guard join["jointype"]?.text == "JOIN_INNER", join["usingClause"] == nil,
          join["isNatural"] == nil, join["alias"] == nil,
          let left = flatten([join["larg"] ?? .null], scope),
          let right = flatten([join["rarg"] ?? .null], scope)
        else { return nil }
        sources += left.sources + right.sources
        conditions += left.conditions + right.conditions
        if let condition = join["quals"] { conditions.append(condition) }
      } else {
        return nil
      }
    }
    return (sources, conditions)
  }
}
