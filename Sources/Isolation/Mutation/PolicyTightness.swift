internal import Postgres
internal import SQLSyntax
internal import Tenants

/// Reads from the expressions of policies whether they keep tenants apart.
///
/// It serves to explain why a weakened schema is as tight as before, never to call one tight.
struct PolicyTightness {
  var catalog: Catalog
  var model: TenancyModel
  /// The columns that hold a tenant's id.
  var tenantColumns: Set<String>
  /// The functions that read a setting.
  private let contextFunctions: Set<String>

  init(catalog: Catalog, model: TenancyModel, tenantColumn: String) {
    self.catalog = catalog
    self.model = model
    var columns: Set<String> = [tenantColumn]
    for tenancy in model.tables.values {
      switch tenancy {
      case .root(let column), .column(let column): columns.insert(column)
      default: continue
      }
    }
    tenantColumns = columns
    contextFunctions = Set(
      catalog.routines.filter { $0.source.lowercased().contains("current_setting") }.map(\.name)
    ).union(["current_setting"])
  }

  /// The column that a side of a comparison is, casts without a modifier aside.
  static func column(_ node: SyntaxNode) -> String? {
    guard let (type, fields) = node.node else { return nil }
    if type == "ColumnRef" { return fields["fields"]?.elements.last?["String"]?["sval"]?.text }
    guard type == "TypeCast", fields["typeName"]?["typmods"] == nil, let argument = fields["arg"]
    else { return nil }
    return column(argument)
  }

  /// True when every way to make the expression true goes through a comparison of the tenant with
  /// the setting, by itself or in a subquery, or through a table whose policies make it.
  func comparesTenant(_ expression: String, as role: RoleAttributes) -> Bool {
    guard let tree = try? SyntaxTree.expression(expression) else { return false }
    return compares(tree, as: role, depth: 0)
  }

  private func compares(_ node: SyntaxNode, as role: RoleAttributes, depth: Int) -> Bool {
    guard let (type, fields) = node.node else { return false }
    switch type {
    case "BoolExpr":
      let parts = fields["args"]?.elements ?? []
      switch fields["boolop"]?.text {
      case "AND_EXPR": return parts.contains { compares($0, as: role, depth: depth) }
      case "OR_EXPR": return parts.allSatisfy { compares($0, as: role, depth: depth) }
      default: return false
      }
    case "A_Const":
      return fields["boolval"] != nil && fields["boolval"]?["boolval"] != .boolean(true)
    case "A_Expr":
      return comparesWithContext(fields)
    case "SubLink":
      return subquery(fields, as: role, depth: depth)
    default:
      return false
    }
  }

  private func comparesWithContext(_ fields: SyntaxNode) -> Bool {
    guard fields["kind"]?.text == "AEXPR_OP",
      fields["name"]?.elements.last?["String"]?["sval"]?.text == "=",
      let left = fields["lexpr"], let right = fields["rexpr"]
    else { return false }
    return [(left, right), (right, left)].contains { column, other in
      Self.column(column).map(tenantColumns.contains) == true && readsContext(other)
    }
  }

  /// The expression's tree with the same mark in place of each comparison of the tenant with the
  /// setting, so that only what surrounds them is told apart.
  func skeleton(_ expression: String) -> SyntaxNode? {
    (try? SyntaxTree.expression(expression)).map { skeleton($0.withoutLocations) }
  }

  private func skeleton(_ node: SyntaxNode) -> SyntaxNode {
    if let fields = node["A_Expr"], comparesWithContext(fields) { return .text("tenant = setting") }
    switch node {
    case .object(let fields): return .object(fields.mapValues(skeleton))
    case .list(let elements): return .list(elements.map(skeleton))
    default: return node
    }
  }

  /// True when rows whose tenant is NULL are let through by a part of their own.
  func admitsNoTenant(_ expression: String) -> Bool {
    guard let tree = try? SyntaxTree.expression(expression), let fields = tree["BoolExpr"],
      fields["boolop"]?.text == "OR_EXPR"
    else { return false }
    return (fields["args"]?.elements ?? []).contains { part in
      part["NullTest"]?["nulltesttype"]?.text == "IS_NULL"
        && part["NullTest"]?["arg"].flatMap(Self.column).map(tenantColumns.contains) == true
    }
  }

  /// True when a function reads a setting, by itself or by another function.
  func readsContext(_ routine: Routine) -> Bool {
    let words = routine.source.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    return words.contains { contextFunctions.contains(String($0)) }
  }

  private func readsContext(_ node: SyntaxNode) -> Bool {
    var found = false
    node.walk { node in
      guard let name = node["FuncCall"]?["funcname"]?.elements.last?["String"]?["sval"]?.text else {
        return
      }
      found = found || contextFunctions.contains(name)
    }
    return found
  }

  /// `EXISTS (SELECT … FROM parent WHERE …)` and `… IN (SELECT … FROM parent …)`.
  private func subquery(_ fields: SyntaxNode, as role: RoleAttributes, depth: Int) -> Bool {
    guard depth < 4, let select = fields["subselect"]?["SelectStmt"] else { return false }
    let isMembership = fields["subLinkType"]?.text == "ANY_SUBLINK"
    let condition = select["whereClause"]
    // Without a tie to the row outside, what the subquery finds says nothing about that row.
    guard isMembership || condition.map(comparesColumns) == true else { return false }
    if let condition, compares(condition, as: role, depth: depth + 1) { return true }
    var tables: [Relation] = []
    select["fromClause"]?.walk { node in
      guard let name = node["RangeVar"]?["relname"]?.text else { return }
      let schema = node["RangeVar"]?["schemaname"]?.text
      tables += catalog.relations.values.filter {
        $0.name == name && (schema == nil || $0.schema == schema)
      }
    }
    return tables.contains { table in
      model.tables[table.oid]?.isOwned == true
        && isClosed(table, to: "SELECT", for: role, isNewRow: false, depth: depth + 1)
    }
  }

  private func comparesColumns(_ node: SyntaxNode) -> Bool {
    var found = false
    node.walk { node in
      guard let fields = node["A_Expr"], let left = fields["lexpr"], let right = fields["rexpr"]
      else { return }
      found = found || (Self.column(left) != nil && Self.column(right) != nil)
    }
    return found
  }

  /// True when policies let `role` do `command` only to rows of the tenant in the setting.
  ///
  /// - Parameter isNewRow: True for what WITH CHECK decides.
  func isClosed(
    _ relation: Relation, to command: String, for role: RoleAttributes, isNewRow: Bool,
    depth: Int = 0
  ) -> Bool {
    let isOwner = role.memberships.contains(relation.owner)
    guard relation.hasRowSecurity, relation.forcesRowSecurity || !isOwner, !role.isSuperuser,
      !role.bypassesRowSecurity
    else { return false }
    let policies = catalog.policiesByRelation[relation.oid, default: []].filter {
      $0.applies(to: command) && $0.binds(role)
    }
    func compares(_ policy: PolicyDefinition) -> Bool {
      let expression = isNewRow ? policy.check ?? policy.using : policy.using
      guard let expression, let tree = try? SyntaxTree.expression(expression) else { return false }
      return self.compares(tree, as: role, depth: depth)
    }
    return policies.contains { !$0.isPermissive && compares($0) }
      || policies.filter(\.isPermissive).allSatisfy(compares)
  }
}
