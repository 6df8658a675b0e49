import Isolation
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
        #expect(report.operations("public." + name) == Self.all, "\(report.notes("public." + name))")
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
}
