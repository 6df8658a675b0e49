import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Ways in beyond ordinary rows")
struct WaysInTests {
  @Test("a branch of a policy is found by a row that takes it", arguments: WayIn.throughBranches)
  func branch(_ way: WayIn) throws { try check(way) }

  @Test("a way in beside the policies is found", arguments: WayIn.throughOthers)
  func other(_ way: WayIn) throws { try check(way) }

  /// The finding is there, and its script runs and leaves nothing behind.
  private func check(_ way: WayIn) throws {
    try PlantedSchema.with(hole: way.sql) { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify()
      let found = report.findings.first { $0.rule == way.rule && $0.object == way.object }
      let finding = try #require(found, "\(report.summary)")
      #expect(finding.severity == way.severity)
      #expect(way.severity != .error || report.verdict == .leak)
      if !finding.reproduce.isEmpty {
        _ = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: false)
      }
      #expect(try schema.fingerprint() == before)
    }
  }

  @Test("the good schema has neither error nor warning")
  func clean() throws {
    try PlantedSchema.with { schema in
      let findings = try schema.verify().findings
      #expect(findings.allSatisfy { $0.severity == .info })
    }
  }

  @Test(
    "what is built well is no finding",
    arguments: [
      """
      CREATE FUNCTION mine() RETURNS SETOF rooms LANGUAGE sql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT * FROM rooms
        WHERE tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid $$
      """,
      """
      CREATE VIEW plan WITH (security_invoker = true) AS SELECT tenant_id, number FROM rooms;
      GRANT SELECT ON plan TO app_user
      """,
      "CREATE MATERIALIZED VIEW stats AS SELECT tenant_id, count(*) FROM rooms GROUP BY 1",
      "ALTER TABLE rooms ADD UNIQUE (tenant_id, number)",
      "GRANT REFERENCES ON rooms TO app_user",
    ])
  func good(sql: String) throws { try FindingChecks.isSilent(about: sql) }

  @Test("a role whose sessions begin with a tenant is a warning for each table it reaches")
  func presetContext() throws {
    // Settings of roles belong to the whole server.
    let server = try TestServer.dedicated()
    try PlantedSchema.with(server: server) { schema in
      try schema.admin.execute(
        """
        ALTER ROLE app_user IN DATABASE \(schema.database.name)
        SET app.current_tenant_id = '11111111-1111-4111-8111-111111111111'
        """)
      let findings = try schema.verify().findings.filter { $0.rule == "context-preset" }
      #expect(findings.map(\.object).contains("public.rooms"))
    }
  }
}
