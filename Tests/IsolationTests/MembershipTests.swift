import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Tenants that are found through the user")
struct MembershipTests {
  private static let all = IsolationReport.Operations(all: .isolated)

  @Test("policies that ask the memberships of the user are probed in the context of a user")
  func userAlone() throws {
    try PlantedSchema.with(MembershipSchema.tables()) { schema in
      let report = try schema.verify()
      #expect(report.summary == [])
      #expect(report.verdict == .isolated, "\(report.tables)")
      for name in ["tenants", "projects", "tasks"] {
        #expect(
          report.operations("public." + name) == Self.all, "\(report.notes("public." + name))")
      }
      #expect(
        report.operations("public.users") == .init(.isolated, .notGranted, .isolated, .isolated))
      #expect(report.tables.first { $0.name == "public.users" }?.tenancy == "parent")
      try schema.run("CREATE POLICY lax ON users FOR SELECT USING (locked_at IS NULL)")
      try schema.run("CREATE POLICY lax ON tasks FOR DELETE USING (true)")
      let open = try schema.verify()
      #expect(
        open.summary == [
          "error using-true delete public.tasks app_user",
          "error cross-tenant-read select public.users app_user",
        ])
      for finding in open.findings {
        let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
        #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(finding.reproduce) \(lines)")
      }
    }
  }

  @Test(
    "an author who has to be a member is one, also when only that table is looked at",
    arguments: [[], ["events"]])
  func author(tables: [String]) throws {
    let own = PlantedSchema.own()
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      \(PlantedSchema.protect("tenants", PlantedSchema.own("id")))
      CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL);
      CREATE TABLE memberships (
        tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL REFERENCES users,
        PRIMARY KEY (tenant_id, user_id));
      \(PlantedSchema.protect("memberships"))
      CREATE TABLE events (
        tenant_id uuid NOT NULL REFERENCES tenants, id uuid PRIMARY KEY, what text NOT NULL,
        actor_id uuid DEFAULT \(MembershipSchema.user));
      \(PlantedSchema.protect("events"))
      CREATE POLICY members ON events AS RESTRICTIVE FOR INSERT WITH CHECK (
        actor_id IS NULL OR EXISTS (SELECT FROM memberships m WHERE m.user_id = events.actor_id AND m.\(own)))
      """
    try PlantedSchema.with(schema) { schema in
      let report = try schema.verify(.init(roles: ["app_user"], tables: tables))
      #expect(report.operations("public.events") == Self.all, "\(report.summary)")
    }
  }

  @Test("other ways to ask the memberships", arguments: AccessHole.dialects.indices)
  func dialect(index: Int) throws {
    let dialect = AccessHole.dialects[index]
    let isFunction = dialect.before.contains("memberships")
    // The function needs the table, and the policies need the function.
    let tables = MembershipSchema.tables("tenant_id IN (SELECT NULL::uuid)", user: dialect.user)
    let schema =
      (isFunction ? "" : dialect.before) + tables + ";" + (isFunction ? dialect.before : "")
        + """
        ALTER POLICY own_rows ON projects USING (\(dialect.predicate)) WITH CHECK (\(dialect.predicate))
        """
    try PlantedSchema.with(schema) { schema in
      let report = try schema.verify()
      #expect(report.summary.filter { !$0.hasPrefix("info") } == [], "\(dialect.name)")
      #expect(
        report.operations("public.projects") == Self.all, "\(report.notes("public.projects"))")
      #expect(report.operations("public.tasks") == Self.all, "\(report.notes("public.tasks"))")
      try schema.run("CREATE POLICY lax ON projects FOR SELECT USING (name <> '')")
      let open = try schema.verify()
      #expect(open.operations("public.projects")?.select == .leak)
    }
  }

  @Test(
    "holes of memberships, shares and mappings, and their secure twins", arguments: AccessHole.all)
  func planted(_ planted: AccessHole) throws {
    let tables = MembershipSchema.tables() + ";" + AccessHole.functions
    try PlantedSchema.with(tables, hole: planted.hole) { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify()
      #expect(report.summary.contains(planted.finding), "\(report.summary) \(report.tables)")
      let finding = try #require(
        report.findings.first { planted.finding.contains(" \($0.rule) \($0.operation) ") })
      let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      let shown = lines.last?.split(separator: "|").compactMap { Int($0) } ?? []
      #expect(shown.contains { $0 > 0 }, "\(finding.reproduce)\n\(lines)")
      #expect(try schema.fingerprint() == before)
      guard !finding.fix.hasPrefix("--") else { return }
      try schema.run(finding.fix)
      let mended = try schema.verify().summary
      #expect(!mended.contains(planted.finding), "\(finding.fix)")
    }
    try PlantedSchema.with(tables, hole: planted.twin) { schema in
      let report = try schema.verify()
      #expect(report.summary.filter { !$0.hasPrefix("info") } == [], "\(planted.twin)")
      #expect(
        report.operations("public.projects") == Self.all, "\(report.notes("public.projects"))")
    }
  }
}
