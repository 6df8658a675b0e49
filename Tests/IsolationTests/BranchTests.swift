import Isolation
import TestSupport
import Testing

@Suite("Branches of policies that only odd rows reach")
struct BranchTests {
  private static let list =
    "body jsonb NOT NULL CHECK (body ? 'items' AND jsonb_typeof(body -> 'items') = 'array')"

  @Test(
    "a row is made for the branch",
    arguments: [
      (list, "(body -> 'meta' ->> 'public')::boolean"),
      (list, "body -> 'shared' ? current_setting('app.current_tenant_id', true)"),
      (
        list,
        "body @> '{\"meta\": {\"kind\": \"demo\"}}' AND jsonb_array_length(body -> 'items') = 2"
      ),
      (
        "sku text NOT NULL, s tsvector GENERATED ALWAYS AS (to_tsvector('simple', sku)) STORED",
        "s @@ to_tsquery('simple', 'demo')"
      ),
      ("sku text NOT NULL", "to_tsvector('simple', sku) @@ plainto_tsquery('simple', 'demo')"),
      ("place point", "place <@ box '((500,500),(510,510))'"),
    ])
  func branch(columns: String, branch: String) throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      \(PlantedSchema.protect("tenants", PlantedSchema.own("id")))
      CREATE TABLE t (tenant_id uuid NOT NULL REFERENCES tenants, \(columns));
      \(PlantedSchema.protect("t"))
      CREATE POLICY branch ON t FOR SELECT USING (\(branch))
      """
    try PlantedSchema.with(schema) { planted in
      let open = try planted.verify()
      #expect(open.operations("public.t")?.select == .leak, "\(open.notes("public.t"))")
      try planted.run("ALTER POLICY branch ON t USING ((\(branch)) AND \(PlantedSchema.own()))")
      #expect(try planted.verify().verdict == .isolated)
    }
  }
}
