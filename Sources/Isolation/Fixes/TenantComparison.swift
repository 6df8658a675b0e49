internal import Postgres
internal import SQLSyntax

/// Recognises, in the expression of a policy, the comparison of the tenant column with the setting.
///
/// It is strict: what it does not know for sure it does not recognise.
struct TenantComparison {
  var column: Column
  var setting: String

  /// True when the expression is true only of the tenant's rows.
  func isEvident(in expression: String) -> Bool {
    guard let node = try? SyntaxTree.expression(expression) else { return false }
    return isEvident(node)
  }

  /// True when one of the expression's branches is true only of the tenant's rows: then it, with
  /// the other branches narrowed to the tenant's rows, is no more than that branch.
  func isBranch(of expression: String) -> Bool {
    guard let node = try? SyntaxTree.expression(expression),
      let (type, fields) = node.node, type == "BoolExpr", fields["boolop"]?.text == "OR_EXPR"
    else { return false }
    return fields["args"]?.elements.contains(where: isWhole) == true
  }

  /// True when the expression is one comparison of something with the setting, which only compares
  /// the wrong thing or loosely: the right comparison belongs in its place.
  func isMeant(by expression: String) -> Bool {
    guard let node = try? SyntaxTree.expression(expression), let (type, fields) = node.node,
      type == "A_Expr", fields["kind"]?.text != "AEXPR_NULLIF"
    else { return false }
    var settings: [String?] = []
    var looksElsewhere = false
    node.walk { node in
      guard let (type, fields) = node.node else { return }
      if type == "RangeVar" { looksElsewhere = true }
      if type == "FuncCall", names(fields["funcname"]).last == "current_setting" {
        settings.append(fields["args"]?.elements.first.flatMap(constant))
      }
    }
    return !looksElsewhere && !settings.isEmpty && settings.allSatisfy { $0 == setting }
  }

  private func isEvident(_ node: SyntaxNode) -> Bool {
    guard let (type, fields) = node.node, type == "BoolExpr" else { return isWhole(node) }
    let arguments = fields["args"]?.elements ?? []
    switch fields["boolop"]?.text {
    case "AND_EXPR": return arguments.contains(where: isEvident)
    case "OR_EXPR": return !arguments.isEmpty && arguments.allSatisfy(isEvident)
    default: return false
    }
  }

  /// True for `column = setting`, either way round.
  private func isWhole(_ node: SyntaxNode) -> Bool {
    guard column.type.baseName != "citext", let (type, fields) = node.node, type == "A_Expr",
      fields["kind"]?.text == "AEXPR_OP", names(fields["name"]) == ["="],
      let left = fields["lexpr"], let right = fields["rexpr"]
    else { return false }
    return (isColumn(left) && isSetting(right)) || (isColumn(right) && isSetting(left))
  }

  private func isColumn(_ node: SyntaxNode) -> Bool {
    guard let (type, fields) = node.node else { return false }
    if type == "TypeCast" { return isFaithful(fields) && fields["arg"].map(isColumn) == true }
    return type == "ColumnRef" && names(fields["fields"]).last == column.name
  }

  private func isSetting(_ node: SyntaxNode) -> Bool {
    guard let (type, fields) = node.node else { return false }
    switch type {
    case "TypeCast":
      return isFaithful(fields) && fields["arg"].map(isSetting) == true
    case "A_Expr":
      return fields["kind"]?.text == "AEXPR_NULLIF" && fields["lexpr"].map(isSetting) == true
    case "FuncCall":
      return names(fields["funcname"]).last == "current_setting"
        && fields["args"]?.elements.first.flatMap(constant) == setting
    case "SubLink":
      guard fields["subLinkType"]?.text == "EXPR_SUBLINK",
        let query = fields["subselect"]?["SelectStmt"], query["fromClause"] == nil,
        query["whereClause"] == nil, query["larg"] == nil,
        let target = query["targetList"]?.elements.first?["ResTarget"]?["val"]
      else { return false }
      return isSetting(target)
    default:
      return false
    }
  }

  /// True for a cast that keeps different ids different.
  private func isFaithful(_ cast: SyntaxNode) -> Bool {
    guard let type = cast["typeName"], type["typmods"] == nil, type["arrayBounds"] == nil else {
      return false
    }
    return ["uuid", "text", "varchar", "int2", "int4", "int8"].contains(
      names(type["names"]).last ?? "")
  }

  private func constant(_ node: SyntaxNode) -> String? {
    guard let (type, fields) = node.node else { return nil }
    if type == "TypeCast" { return fields["arg"].flatMap(constant) }
    return type == "A_Const" ? fields["sval"]?["sval"]?.text : nil
  }

  private func names(_ list: SyntaxNode?) -> [String] {
    list?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
  }
}
