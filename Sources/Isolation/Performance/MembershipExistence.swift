internal import Postgres
internal import SQLSyntax

/// Writes `EXISTS (SELECT … FROM m WHERE m.tenant_id = t.tenant_id AND …)`, which depends on the
/// row, as the ids of tenants that are computed once.
struct MembershipExistence {
  var text: ExpressionText
  var relation: Relation
  /// The tenant column of the policy's table.
  var column: String

  /// The exchange; nil when the query depends on the row by more than its tenant.
  func edit(_ node: SyntaxNode, _ place: Range<Int>) -> Remedy.Edit? {
    guard let source = text.sourceOfExistence(node),
      let query = node["SubLink"]?["subselect"]?["SelectStmt"],
      let condition = query["whereClause"],
      // What groups, limits or joins queries has another answer without the condition.
      ["groupClause", "havingClause", "limitCount", "limitOffset", "larg", "withClause"]
        .allSatisfy({ query[$0] == nil })
    else { return nil }
    let row = RowReferences(relation: relation)
    let parts = parts(of: condition)
    let links = parts.filter { !row.isSame(inQuery: $0) }
    guard links.count == 1, let sides = text.comparison(links[0]),
      let link = links[0]["A_Expr"], let left = link["lexpr"], let right = link["rexpr"],
      link["name"]?.elements.last?["String"]?["sval"]?.text == "=",
      // Joins may name the row as well.
      row.isSame(inQuery: query["fromClause"] ?? .null)
    else { return nil }
    let inner: Range<Int>
    if isTenant(left), row.isSame(inQuery: right) {
      inner = sides.right
    } else if isTenant(right), row.isSame(inQuery: left) {
      inner = sides.left
    } else {
      return nil
    }
    let condensed = min(sides.left.lowerBound, sides.right.lowerBound)
    let end = max(sides.left.upperBound, sides.right.upperBound)
    let rest =
      text[source.lowerBound..<condensed] + "true" + text[end..<source.upperBound]
    let array = "ARRAY(SELECT \(text[inner]) \(rest))"
    return Remedy.Edit(place: place, text: "(\(SQLNames.of(column)) = ANY (\(array)))")
  }

  private func parts(of node: SyntaxNode) -> [SyntaxNode] {
    guard let expression = node["BoolExpr"], expression["boolop"]?.text == "AND_EXPR" else {
      return [node]
    }
    return expression["args"]?.elements ?? []
  }

  /// True of the tenant column of the row that the policy is asked about.
  private func isTenant(_ node: SyntaxNode) -> Bool {
    let names =
      node["ColumnRef"]?["fields"]?.elements
      .compactMap { $0["String"]?["sval"]?.text } ?? []
    return names.suffix(2) == [relation.name, column]
  }
}
