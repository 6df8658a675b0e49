import Synthesis
import Testing

@Suite("What expressions say about columns")
struct HintTests {
  private func hints(_ expression: String, valueColumn: String? = nil) -> [String: [ColumnHint]] {
    var collector = HintCollector()
    collector.collect(expression, valueColumn: valueColumn)
    return collector.hints
  }

  @Test(
    "hints of one column",
    arguments: [
      ("a = 'x'", [ColumnHint.value("x")]), ("'x'::text = (a)::text", [.value("x")]),
      ("a > 5", [.value("5")]), ("a >= '-3'::integer", [.value("-3")]),
      ("a < 1.5", [.value("1.5")]),
      ("a = ANY (ARRAY['x'::text, 'y'::text])", [.value("x"), .value("y")]),
      ("a IN ('x', 'y')", [.value("x"), .value("y")]),
      ("a BETWEEN 1 AND 9", [.value("1"), .value("9")]), ("a = true", [.value("true")]),
      ("a ~ '^x$'::text", [.pattern("^x$")]), ("a !~* 'x'", [.pattern("x")]),
      ("a ~~ '%@%'::text", [.like("%@%")]), ("a LIKE 'x%'", [.like("x%")]),
      ("length(a) > 3", [.length(3)]), ("char_length((a)::text) <= 80", [.length(80)]),
      ("length(btrim(a)) > 0", [.length(0)]), ("lower(a) = 'x'", [.value("x")]),
      (
        "(a ->> 'kind'::text) = 'big'::text",
        [.document(#"{"kind": "big"}"#), .member("kind", "big"), .member("kind", "true")]
      ),
      ("a ? 'key'", [.document(#"{"key": true}"#), .member("key", "true")]),
      ("cardinality(a) >= 2", [.length(2)]), ("a = ''", [.value("")]),
      ("a = 'x' OR a = 'x'", [.value("x")]), ("(a IS NULL) OR (a <> 'x'::text)", [.value("x")]),
    ])
  func one(expression: String, expected: [ColumnHint]) {
    #expect(hints(expression) == ["a": expected], "\(expression)")
  }

  @Test("several columns each get their own")
  func several() {
    #expect(hints("a > 1 AND \"B c\" = 'x'") == ["a": [.value("1")], "B c": [.value("x")]])
  }

  @Test("VALUE of a domain stands for the column")
  func domain() {
    #expect(hints("VALUE ~ '^x$'", valueColumn: "code") == ["code": [.pattern("^x$")]])
  }

  @Test(
    "nothing is made up of what says nothing",
    arguments: ["a > b", "a IS NOT NULL", "md5(a) = 'x'", "now() > a", "not an expression (", ""])
  func nothing(expression: String) {
    #expect(hints(expression).isEmpty)
  }
}
