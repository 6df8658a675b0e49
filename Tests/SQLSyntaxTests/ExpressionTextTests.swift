import SQLSyntax
import Testing

@Suite("Parts of expressions")
struct ExpressionTextTests {
  /// As `pg_get_expr` writes it, with everything that could be taken for something else.
  private static let policy = """
    ((tenant_id = ( SELECT (NULLIF(current_setting('app.x) AND (y'::text, true), ''::text))::uuid \
    AS "nullif")) AND (("and)" > 1) OR (note <> ' AND '::text)) AND (EXISTS ( SELECT
       FROM bookings b
      WHERE ((b.id = notes.booking_id) AND (b.kind = ANY (ARRAY['a'::text, 'b'::text]))))))
    """

  private func nodes(_ text: ExpressionText, _ type: String) -> [SyntaxNode] {
    var found: [SyntaxNode] = []
    text.tree.walk { if $0.node?.type == type { found.append($0) } }
    return found
  }

  @Test("the parts of AND and OR are found, whatever strings and quoted names hold")
  func parts() throws {
    let text = try ExpressionText(Self.policy)
    let parts = nodes(text, "BoolExpr").map { node in text.parts(of: node)?.map { text[$0] } }
    #expect(parts.count == 3)
    #expect(parts[0]?.count == 3)
    #expect(parts[0]?[1] == "((\"and)\" > 1) OR (note <> ' AND '::text))")
    #expect(parts[1] == ["(\"and)\" > 1)", "(note <> ' AND '::text)"])
    #expect(
      parts[2] == [
        "(b.id = notes.booking_id)", "(b.kind = ANY (ARRAY['a'::text, 'b'::text]))",
      ])
  }

  @Test("a comparison has two sides, and one of them can be exchanged")
  func comparison() throws {
    let text = try ExpressionText(Self.policy)
    let first = try #require(
      nodes(text, "A_Expr").lazy.compactMap { text.comparison($0) }.first)
    #expect(text[first.left] == "tenant_id" && text[first.operator] == "=")
    #expect(text[first.right].hasPrefix("( SELECT"))
    let changed = text.replacing(first.operator, by: "IS NOT DISTINCT FROM")
    #expect(changed.hasPrefix("((tenant_id IS NOT DISTINCT FROM ( SELECT"))
    #expect(changed.hasSuffix(Self.policy.dropFirst("((tenant_id =".count)))
    _ = try SyntaxTree.expression(changed)
  }

  @Test("NULLIF is found with its first argument")
  func nullIf() throws {
    let text = try ExpressionText(Self.policy)
    let place = try #require(nodes(text, "A_Expr").lazy.compactMap { text.nullIf($0) }.first)
    #expect(text[place.whole].hasPrefix("NULLIF(") && text[place.whole].hasSuffix("''::text)"))
    #expect(text[place.argument] == "current_setting('app.x) AND (y'::text, true)")
  }

  @Test("where parentheses do not tell, nothing is cut")
  func ambiguous() throws {
    let text = try ExpressionText("a = 1 AND b = 2 OR c = 3")
    for node in nodes(text, "BoolExpr") {
      // The parts of the OR stand between no parentheses of their own, those of the AND neither.
      if node["BoolExpr"]?["boolop"]?.text == "AND_EXPR" { #expect(text.parts(of: node) == nil) }
    }
    #expect(nodes(text, "A_Expr").allSatisfy { text.comparison($0) == nil })
  }
}
