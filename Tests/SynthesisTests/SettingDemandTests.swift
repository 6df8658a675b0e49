import Postgres
import SQLSyntax
import Synthesis
import Testing

@Suite("What expressions ask of settings")
struct SettingDemandTests {
  private func demands(_ expression: String) -> [SettingDemand] {
    let catalog = Catalog(relations: [:], constraints: [], policies: [], routines: [])
    return SettingDemand.found(in: ExpressionExpander(catalog: catalog).trees(of: expression))
  }

  @Test(
    "the value that a setting is compared with, whatever is around it",
    arguments: [
      ("current_setting('a.b') = 'on'", ["on"]),
      ("NULLIF(current_setting('a.b', true), '') = 'on'", ["on"]),
      ("COALESCE(NULLIF(current_setting('a.b', true), '')::boolean, false)", ["true", "false"]),
      ("COALESCE(NULLIF(current_setting('a.b', true), '')::int, 0) >= 9", ["9", "10", "8"]),
      ("9 < current_setting('a.b')::int", ["9", "10", "8"]),
      ("lower(current_setting('a.b', true)) IN ('x', 'y')", ["x", "y"]),
      ("current_setting('a.b') = ANY (ARRAY['x'::text, 'y'::text])", ["x", "y"]),
      ("(SELECT current_setting('a.b')) = 'x'", ["x"]),
      ("'x' = ANY (string_to_array(current_setting('a.b'), ','))", ["x"]),
      ("current_setting('a.b') <> 'true'", ["false", "true0"]),
      ("current_setting('a.b') IS NOT NULL", []),
    ])
  func values(expression: String, expected: [String]) {
    #expect(demands(expression) == [SettingDemand(name: "a.b", values: expected)], "\(expression)")
  }

  @Test("members of a document in a setting")
  func members() {
    let found = demands(
      """
      current_setting('a.b', true)::jsonb ->> 'role' = 'service'
        OR (current_setting('a.b', true)::json #>> '{app,admin}')::boolean
        OR current_setting('c.d') = 'x'
      """)
    #expect(
      found == [
        SettingDemand(name: "a.b", path: ["role"], values: ["service"]),
        SettingDemand(name: "a.b", path: ["app", "admin"], values: ["true", "false"]),
        SettingDemand(name: "c.d", values: ["x"]),
      ])
    let proposals = SettingDemand.proposals(for: found, fallback: ["1"], limit: 2)
    #expect(
      proposals == [
        ["a.b": #"{"app": {"admin": true}, "role": "service"}"#, "c.d": "x"],
        ["a.b": #"{"app": {"admin": false}, "role": 1}"#, "c.d": "1"],
      ])
  }

  @Test("an expression that reads no setting asks for none")
  func none() {
    #expect(demands("tenant_id = 'x' AND NULLIF(a, '') = 'on'") == [])
  }
}
