internal import Postgres
internal import SQLSyntax

/// Weaker forms of a policy's expression.
///
/// PostgreSQL's parser says what stands where; the text of one part is exchanged, the rest stays.
struct ExpressionMutations {
  /// A weaker form.
  struct Weakened {
    var `operator`: MutationOperator
    var phrase: String
    var expression: String
  }

  /// The columns that hold a tenant's id.
  var tenantColumns: Set<String>
  /// True when tenant ids are text, so that case and beginnings count.
  var isText: Bool
  /// The tenant's setting.
  var setting: String

  /// The weaker forms of `expression`, each once.
  func of(_ expression: String) -> [Weakened] {
    // What lets every row pass cannot be weakened.
    guard expression != "true", let text = try? ExpressionText(expression) else { return [] }
    var found: [Weakened] = []
    var seen: Set<String> = [expression]
    for weakened in withoutTenant(expression) + inside(text)
    where seen.insert(weakened.expression).inserted {
      found.append(weakened)
    }
    return found
  }

  private func withoutTenant(_ expression: String) -> [Weakened] {
    guard let name = try? SQLLiteral.quoted(setting) else { return [] }
    let value = "current_setting(\(name), true)"
    // What is added stands first: a cast of the empty setting would raise an error before it.
    return [
      Weakened(
        operator: .orUnset, phrase: "is true where \(setting) was never set",
        expression: "((\(value) IS NULL) OR (\(expression)))"),
      Weakened(
        operator: .orEmpty, phrase: "is true where \(setting) is empty",
        expression: "((\(value) = '') OR (\(expression)))"),
    ]
  }

  private func inside(_ text: ExpressionText) -> [Weakened] {
    var found: [Weakened] = []
    text.tree.walk { node in
      guard let (type, fields) = node.node else { return }
      switch type {
      case "BoolExpr":
        let isAnd = fields["boolop"]?.text == "AND_EXPR"
        guard isAnd || fields["boolop"]?.text == "OR_EXPR" else { return }
        for part in text.parts(of: node) ?? [] {
          found.append(
            Weakened(
              operator: isAnd ? .conjunctRemoved : .branchTrue,
              phrase: (isAnd ? "no longer asks for " : "takes for true ") + onOneLine(text[part]),
              expression: text.replacing(part, by: "true")))
        }
      case "A_Expr" where fields["kind"]?.text == "AEXPR_NULLIF":
        guard let place = text.nullIf(node) else { return }
        found.append(
          Weakened(
            operator: .nullIfRemoved, phrase: "takes an empty setting for a tenant",
            expression: text.replacing(place.whole, by: "(\(text[place.argument]))")))
      case "A_Expr" where fields["kind"]?.text == "AEXPR_OP":
        found += comparisons(node, fields, text)
      default:
        return
      }
    }
    return found
  }

  /// Weaker forms of `tenant_id = …`; a comparison of two columns joins, and is left alone.
  private func comparisons(
    _ node: SyntaxNode, _ fields: SyntaxNode, _ text: ExpressionText
  ) -> [Weakened] {
    guard fields["name"]?.elements.last?["String"]?["sval"]?.text == "=",
      let left = fields["lexpr"], let right = fields["rexpr"], let place = text.comparison(node),
      text[place.operator] == "="
    else { return [] }
    let names = [left, right].map { PolicyTightness.column($0) }
    guard let side = names.firstIndex(where: { $0.map(tenantColumns.contains) == true }),
      names[1 - side] == nil
    else { return [] }
    let (column, other) =
      side == 0 ? (place.left, place.right) : (place.right, place.left)
    let whole = place.left.lowerBound..<place.right.upperBound
    var found = [
      Weakened(
        operator: .notDistinct, phrase: "takes no tenant for the tenant NULL",
        expression: text.replacing(place.operator, by: "IS NOT DISTINCT FROM")),
      Weakened(
        operator: .greaterOrEqual, phrase: "compares the tenant with >=",
        expression: text.replacing(place.operator, by: ">=")),
    ]
    if isText {
      found.append(
        Weakened(
          operator: .caseFolded, phrase: "compares the tenant without regard to case",
          expression: text.replacing(
            whole, by: "lower(\(text[place.left])) = lower(\(text[place.right]))")))
      found.append(
        Weakened(
          operator: .prefix, phrase: "takes the setting for the beginning of a tenant's id",
          expression: text.replacing(
            whole, by: "\(text[column]) LIKE (\(text[other]) || '%')")))
    }
    return found
  }

  private func onOneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
