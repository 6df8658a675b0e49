import Isolation
import TestSupport
import Testing

private let setting = "current_setting('app.current_tenant_id', true)"

@Suite("Ids that resemble a tenant's")
struct LookAlikeTests {
  /// Tenants with readable rooms, under `policy`.
  private func schema(_ type: String, key: String = "", _ policies: String) -> String {
    """
    CREATE TABLE tenants (id \(type) PRIMARY KEY \(key));
    CREATE TABLE rooms (
      tenant_id \(type) NOT NULL REFERENCES tenants, id int, number text NOT NULL,
      PRIMARY KEY (tenant_id, id));
    ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
    ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON tenants, rooms TO app_user;
    CREATE POLICY own ON tenants USING (id::text = \(setting));
    \(policies)
    """
  }

  @Test(
    "rows of a namesake can be read where ids must be of one form",
    arguments: [
      "left(tenant_id, 8) = left(\(setting), 8)", "right(tenant_id, 6) = right(\(setting), 6)",
    ])
  func readingOfForm(using: String) throws {
    let policy = "CREATE POLICY own ON rooms FOR SELECT USING (\(using))"
    let key = "CHECK (id ~ '^t[0-9a-f]{16}$')"
    try PlantedSchema.with(schema("text", key: key, policy)) { schema in
      let report = try schema.verify()
      #expect(report.summary == ["error look-alike-tenant select public.rooms app_user"])
    }
    let whole = "CREATE POLICY own ON rooms FOR SELECT USING (tenant_id = \(setting))"
    try PlantedSchema.with(schema("text", key: key, whole)) { schema in
      let report = try schema.verify()
      #expect(report.summary == [])
    }
  }

  @Test(
    "rows of a namesake can be read",
    arguments: [
      "lower(tenant_id) = lower(\(setting))",
      "tenant_id LIKE \(setting) || '%' AND \(setting) <> ''",
      "left(tenant_id, 8) = left(\(setting), 8)",
      "tenant_id::varchar(16) = \(setting)::varchar(16)",
      "tenant_id LIKE NULLIF(\(setting), '')",
      "strpos(tenant_id, NULLIF(\(setting), '')) > 0",
      "\(setting) LIKE tenant_id || '%'",
    ])
  func reading(using: String) throws {
    let policy = "CREATE POLICY own ON rooms FOR SELECT USING (\(using))"
    try PlantedSchema.with(schema("text", policy)) { schema in
      let report = try schema.verify()
      #expect(report.summary == ["error look-alike-tenant select public.rooms app_user"])
      let script = try #require(report.findings.first).reproduce
      #expect(try Psql.lines(script, on: schema.database, stopsAtError: true).last == "1")
    }
  }

  @Test("rows of a namesake can be deleted")
  func deleting() throws {
    let policies = """
      CREATE POLICY own ON rooms FOR SELECT USING (tenant_id = \(setting));
      CREATE POLICY gone ON rooms FOR DELETE USING (lower(tenant_id) = lower(\(setting)));
      GRANT DELETE ON rooms TO app_user
      """
    try PlantedSchema.with(schema("text", policies)) { schema in
      let report = try schema.verify()
      #expect(report.summary == ["error look-alike-tenant delete public.rooms app_user"])
    }
  }

  @Test("a wildcard that is no id opens rows")
  func wildcard() throws {
    let policy = """
      CREATE POLICY own ON rooms FOR SELECT
        USING (tenant_id::text LIKE NULLIF(\(setting), ''))
      """
    try PlantedSchema.with(schema("uuid", policy)) { schema in
      let report = try schema.verify()
      #expect(report.summary == ["warning loose-context select public.rooms app_user"])
    }
  }

  @Test("ids that cannot be namesakes are no finding, nor are policies that are open to all")
  func nothing() throws {
    let lower = """
      CREATE POLICY own ON rooms FOR SELECT USING (lower(tenant_id) = lower(\(setting)))
      """
    let lowerOnly = schema("text", key: "CHECK (id = lower(id))", lower)
    #expect(try PlantedSchema.with(lowerOnly) { try $0.verify().summary } == [])
    let equal = "CREATE POLICY own ON rooms FOR SELECT USING (tenant_id = \(setting))"
    #expect(try PlantedSchema.with(schema("text", equal)) { try $0.verify().summary } == [])
    let open = "CREATE POLICY own ON rooms FOR SELECT USING (true)"
    let summary = try PlantedSchema.with(schema("text", open)) { try $0.verify().summary }
    #expect(summary == ["error using-true select public.rooms app_user"])
  }
}
