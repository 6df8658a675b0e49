import Isolation
import TestSupport
import Testing

@Suite("Settings beside the tenant's")
struct BackdoorTests {
  private static let own = PlantedSchema.own()

  @Test(
    "a policy that opens with a setting is found, and closed when the tenant is asked for as well",
    arguments: [
      "COALESCE(NULLIF(current_setting('app.maintenance', true), '')::boolean, false)",
      "COALESCE(NULLIF(current_setting('app.level', true), '')::int, 0) > 8",
      "NULLIF(current_setting('jwt.claims', true), '')::jsonb ->> 'role' IN ('service', 'root')",
      "current_setting('application_name') LIKE 'nightly-%'",
      "current_setting('app.mode', true) <> ''",
      "is_support()", "has_flag('app.support', 'on')", "is_job()",
    ])
  func backdoor(expression: String) throws {
    let functions = """
      CREATE FUNCTION is_support() RETURNS boolean LANGUAGE sql STABLE
        AS $$ SELECT COALESCE(current_setting('app.role', true) = 'support', false) $$;
      CREATE FUNCTION has_flag(setting text, wanted text) RETURNS boolean LANGUAGE sql STABLE
        AS $$ SELECT current_setting(setting, true) = $2 $$;
      CREATE FUNCTION is_job() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE job text := current_setting('app.job', true);
        BEGIN
          IF job = 'invoices' THEN RETURN true; END IF;
          RETURN false;
        END $$;
      """
    try PlantedSchema.with(
      hole: functions + "CREATE POLICY door ON rooms USING (\(expression)) WITH CHECK (\(Self.own))"
    ) { schema in
      let report = try schema.verify()
      let operations = try #require(report.operations("public.rooms"))
      #expect(operations.select == .leak && operations.update == .leak, "\(report.summary)")
      #expect(operations.delete == .leak)
      let finding = try #require(report.findings.first { $0.operation == "select" })
      let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(lines)")
      try schema.run("ALTER POLICY door ON rooms USING ((\(expression)) AND \(Self.own))")
      let mended = try schema.verify()
      #expect(mended.summary == [])
      #expect(mended.verdict == .isolated, "\(mended.notes("public.rooms"))")
    }
  }

  @Test(
    "a setting that comes before the tenant's is one more way to name the tenant",
    arguments: [
      "COALESCE(NULLIF(current_setting('app.impersonate', true), ''), "
        + "NULLIF(current_setting('app.current_tenant_id', true), ''))::uuid",
      "acting_tenant()",
    ])
  func impersonation(tenant: String) throws {
    let function = """
      CREATE FUNCTION acting_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT coalesce(nullif(current_setting('app.impersonate', true), ''),
          nullif(current_setting('app.current_tenant_id', true), ''))::uuid $$;
      """
    try PlantedSchema.with(
      hole: function + "ALTER POLICY own_rows ON rooms USING (tenant_id = \(tenant))"
    ) { schema in
      let report = try schema.verify()
      #expect(report.operations("public.rooms")?.select == .leak, "\(report.summary)")
      let finding = try #require(report.findings.first { $0.operation == "select" })
      let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(lines)")
    }
  }

  @Test("a policy that cannot digest an emptied setting hides no other")
  func emptied() throws {
    let flag = "COALESCE(current_setting('app.is_admin', true)::boolean, false) = true"
    let hole = """
      CREATE POLICY door ON rooms FOR UPDATE USING (\(flag));
      CREATE POLICY door ON bookings FOR UPDATE USING (\(flag))
      """
    try PlantedSchema.with(hole: hole) { schema in
      let report = try schema.verify()
      for table in ["public.rooms", "public.bookings"] {
        #expect(
          report.operations(table) == .init(.isolated, .isolated, .leak, .isolated),
          "\(table) \(report.notes(table))")
      }
    }
  }

  private static func scoped(_ reading: String) -> String {
    """
    CREATE TABLE tenants (id uuid PRIMARY KEY);
    CREATE TABLE notes (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants,
      app text NOT NULL, body text);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY s ON notes FOR SELECT USING (\(reading));
    CREATE POLICY i ON notes FOR INSERT
      WITH CHECK (app = current_setting('app.name', true) AND \(own));
    GRANT SELECT, INSERT ON notes TO app_user
    """
  }

  @Test("a policy that asks for the application and forgets the tenant")
  func scope() throws {
    let app = "app = current_setting('app.name', true)"
    try PlantedSchema.with(Self.scoped(app)) { schema in
      let report = try schema.verify()
      #expect(report.summary == ["error cross-tenant-read select public.notes app_user"])
      #expect(report.operations("public.notes")?.insert == .isolated)
    }
    try PlantedSchema.with(Self.scoped("\(app) AND \(Self.own)")) { schema in
      let report = try schema.verify()
      #expect(report.summary == [])
      #expect(
        report.operations("public.notes") == .init(.isolated, .isolated, .notGranted, .notGranted))
    }
  }

  @Test("where no tenant sees a row of its own nothing was shown")
  func nothingSeen() throws {
    let unknown = "\(Self.own) AND body = md5(current_setting('app.secret', true))"
    try PlantedSchema.with(Self.scoped(unknown)) { schema in
      let report = try schema.verify()
      #expect(report.verdict == .inconclusive)
      #expect(report.notes("public.notes").contains("no tenant sees a row of its own"))
    }
    // Without any policy nobody is meant to see anything.
    try PlantedSchema.with(Self.scoped(Self.own) + "; DROP POLICY s ON notes") { schema in
      let report = try schema.verify()
      #expect(report.operations("public.notes")?.select == .denied)
      #expect(report.verdict == .isolated)
    }
  }
}
