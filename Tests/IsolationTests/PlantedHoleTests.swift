import Isolation
import TestSupport
import Testing

@Suite("Planted holes")
struct PlantedHoleTests {
  @Test("a clean schema is isolated in every operation")
  func clean() throws {
    try PlantedSchema.with { schema in
      let report = try schema.verify()
      #expect(report.verdict == .isolated)
      #expect(report.summary == [])
      #expect(report.schema == "dbtool.verify-rls/1")
      #expect(report.probes.run > 100)
      for name in ["tenants", "rooms", "bookings", "notes", "events"] {
        let operations = report.operations("public." + name)
        #expect(operations == .init(all: .isolated), "\(name): \(report.notes("public." + name))")
      }
      let partition = report.tables.first { $0.name == "public.events_2026" }
      #expect(partition?.partitionOf == "public.events")
      #expect(partition?.operations == .init(all: .notGranted))
      #expect(
        report.operations("public.amenities")
          == .init(.isolated, .notGranted, .notGranted, .notGranted))
    }
  }

  @Test(
    "a hole is found, shown by its script, and closed by its mending",
    arguments: Hole.ofTables + Hole.ofChildren + Hole.ofContext + Hole.ofConstraints)
  func hole(_ hole: Hole) throws {
    try PlantedSchema.with(hole: hole.sql) { try check(hole, in: $0) }
  }

  @Test("a hole of a role's attributes is found, shown and closed", arguments: Hole.ofRoles)
  func holeOfRole(_ hole: Hole) throws {
    // Attributes belong to the whole server.
    let server = try TestServer.dedicated()
    try PlantedSchema.with(hole: hole.sql, server: server) { try check(hole, in: $0) }
  }

  private func check(_ hole: Hole, in schema: PlantedSchema) throws {
    let before = try schema.fingerprint()
    let options = IsolationOptions(roles: [hole.role])
    let report = try schema.verify(options)
    #expect(report.verdict == .leak)
    let found = report.findings.first {
      $0.rule == hole.rule && $0.operation == hole.operation && $0.object == hole.object
    }
    let finding = try #require(found, "\(report.summary), \(report.tables)")
    #expect(finding.severity == .error)
    #expect(finding.role == hole.role)
    #expect(finding.evidence.hasPrefix(hole.evidence), "\(finding.evidence)")
    let operation = try #require(ProbedOperation(rawValue: hole.operation))
    #expect(report.operations(hole.object)?[operation] == .leak)
    if hole.role == "app_user", hole.rule.hasPrefix("role-") == false { checkOthers(hole, report) }

    let lines = try Psql.lines(
      finding.reproduce, on: schema.database, stopsAtError: !hole.endsInError)
    if !hole.endsInError { #expect((lines.last.flatMap { Int($0) } ?? 0) > 0, "\(lines)") }
    #expect(try schema.fingerprint() == before, "something was left behind")

    guard !isAdvice(finding.fix) else { return }
    try schema.run(finding.fix)
    let mended = try schema.verify(options)
    #expect(
      !mended.findings.contains {
        $0.object == hole.object && $0.operation == hole.operation && $0.severity == .error
      }, "\(finding.fix)\n\(mended.summary)")
  }

  /// What the hole does not concern must not be called a leak.
  private func checkOthers(_ hole: Hole, _ report: IsolationReport) {
    for table in report.tables where table.name != hole.object {
      for operation in ProbedOperation.allCases {
        #expect(
          [.isolated, .notGranted].contains(table.operations[operation]),
          "\(table.name) \(operation)")
      }
    }
    #expect(report.findings.allSatisfy { $0.object == hole.object })
    if hole.rule != "rls-not-enabled" {
      #expect(Set(report.findings.map(\.operation)) == [hole.operation], "\(report.summary)")
    }
  }

  /// True for a mending that is words, not SQL.
  private func isAdvice(_ fix: String) -> Bool {
    fix.split(separator: "\n").allSatisfy { $0.hasPrefix("--") }
  }
}
