import Isolation
import Postgres
import TestSupport
import Testing

/// Memberships belong to the whole server, so each test has one of its own.
@Suite("Roles that the application can become")
struct ReachableRoleTests {
  private static let roles = """
    CREATE ROLE staff NOINHERIT; CREATE ROLE auditor; CREATE ROLE peer;
    GRANT auditor TO staff; GRANT staff TO app_user; GRANT auditor TO peer
    """

  private func with(_ hole: String, _ body: (PlantedSchema) throws -> Void) throws {
    let server = try TestServer.dedicated()
    try PlantedSchema.with(hole: hole, server: server) { try body($0) }
  }

  @Test("a policy for a role behind another one is tried, through both")
  func chain() throws {
    let hole = """
      \(Self.roles);
      GRANT SELECT ON rooms TO auditor; GRANT USAGE ON SCHEMA public TO auditor;
      CREATE POLICY audit ON rooms FOR SELECT TO auditor USING (true)
      """
    try with(hole) { schema in
      let report = try schema.verify()
      #expect(report.roles == ["app_user"])
      #expect(
        report.reachable == [
          .init(role: "auditor", through: ["app_user", "staff", "auditor"]),
          .init(role: "staff", through: ["app_user", "staff"]),
        ])
      #expect(report.summary == ["error using-true select public.rooms auditor"])
      let finding = try #require(report.findings.first)
      #expect(finding.evidence.contains("app_user may SET ROLE auditor through staff"))
      // The script becomes the role as a session of the application would.
      let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      #expect(lines.last == "1", "\(finding.reproduce)")

      let rooms = try #require(report.tables.first { $0.name == "public.rooms" })
      #expect(rooms.operations == .init(.leak, .isolated, .isolated, .isolated))
      #expect(rooms.operationsByRole["app_user"] == .init(all: .isolated))
      #expect(
        rooms.operationsByRole["auditor"] == .init(.leak, .notGranted, .notGranted, .notGranted))
      #expect(rooms.operationsByRole["peer"] == nil)

      var options = IsolationOptions(roles: ["app_user"])
      options.probesReachableRoles = false
      let named = try schema.verify(options)
      #expect(named.verdict == .isolated && named.reachable.isEmpty)
    }
  }

  @Test("what a named role may do as well is not said again of the role it can become")
  func once() throws {
    let hole = """
      \(Self.roles);
      GRANT SELECT ON rooms TO auditor; GRANT USAGE ON SCHEMA public TO auditor;
      ALTER TABLE rooms DISABLE ROW LEVEL SECURITY
      """
    try with(hole) { schema in
      let report = try schema.verify()
      #expect(report.findings.allSatisfy { $0.role == "app_user" }, "\(report.summary)")
    }
  }

  @Test(
    "becoming a role that no policy binds is a hole once it opens a table",
    arguments: ["SUPERUSER", "BYPASSRLS"])
  func unbound(attribute: String) throws {
    let roles = """
      CREATE ROLE staff; CREATE ROLE mighty \(attribute); GRANT mighty TO staff;
      GRANT staff TO app_user
      """
    try with(roles + "; GRANT USAGE ON SCHEMA public TO mighty; GRANT DELETE ON rooms TO mighty") {
      schema in
      let report = try schema.verify()
      let finding = try #require(
        report.findings.first { $0.object == "public.rooms" }, "\(report.summary)")
      #expect(finding.rule == "member-of-unbound-role" && finding.severity == .error)
      #expect(finding.role == "app_user")
      #expect(finding.evidence.contains("after SET ROLE mighty"))
      #expect(finding.reproduce.contains("SET LOCAL SESSION AUTHORIZATION app_user;"))
      _ = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: false)
      #expect(report.findings.allSatisfy { $0.rule == "member-of-unbound-role" })

      try schema.run(finding.fix)
      let mended = try schema.verify()
      #expect(mended.verdict == .isolated && mended.summary == [], "\(mended.summary)")
    }
  }

  @Test("a membership in a role with BYPASSRLS that may use no table opens nothing")
  func withoutPrivilege() throws {
    try with("CREATE ROLE mighty BYPASSRLS; GRANT mighty TO app_user") { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated && report.summary == [], "\(report.summary)")
      #expect(report.reachable == [.init(role: "mighty", through: ["app_user", "mighty"])])
    }
  }

  @Test("the owner that the application can become is probed as the owner")
  func owner() throws {
    try with(
      """
      ALTER ROLE app_user NOINHERIT; GRANT app_owner TO app_user;
      ALTER TABLE rooms NO FORCE ROW LEVEL SECURITY
      """
    ) { schema in
      let report = try schema.verify()
      let rules = Set(
        report.findings.filter { $0.severity == .error }.map { "\($0.rule) \($0.role)" })
      // No policy of a table binds who owns its partitions as well.
      #expect(rules.contains("owner-not-forced app_owner"), "\(report.summary)")
      #expect(rules.allSatisfy { $0.hasSuffix(" app_owner") }, "\(report.summary)")
      let rooms = report.tables.first { $0.name == "public.rooms" }
      #expect(rooms?.operationsByRole["app_user"] == .init(all: .isolated))
    }
  }

  @Test("a policy of a role whose rights are not inherited does not bind")
  func withoutInheritance() throws {
    try with(
      """
      \(Self.roles); ALTER ROLE app_user NOINHERIT;
      CREATE POLICY staff ON rooms FOR SELECT TO staff USING (true)
      """
    ) { schema in
      // It may become staff, but staff itself has no privilege.
      let report = try schema.verify()
      #expect(report.verdict == .isolated && report.summary == [], "\(report.summary)")
    }
  }
}
