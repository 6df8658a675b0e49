import Isolation
import TestSupport
import Testing

@Suite("Holes one step away")
struct StepAwayTests {
  @Test("what the role owns", arguments: StepAway.ofOwners)
  func owners(_ step: StepAway) throws { try check(step) }

  @Test("objects beside tables", arguments: StepAway.ofObjects)
  func objects(_ step: StepAway) throws { try check(step) }

  @Test("functions, triggers and defaults", arguments: StepAway.ofFunctions)
  func functions(_ step: StepAway) throws { try check(step) }

  @Test("names that can be taken over", arguments: StepAway.ofNames)
  func names(_ step: StepAway) throws { try check(step) }

  @Test("what bodies pass on", arguments: StepAway.ofBodies)
  func bodies(_ step: StepAway) throws { try check(step) }

  /// The hole is found, its script runs, its fix closes it, and the twin is clean.
  private func check(_ step: StepAway) throws {
    try PlantedSchema.with(hole: step.hole) { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify()
      let found = report.findings.first { $0.rule == step.rule && $0.object == step.object }
      let finding = try #require(found, "\(report.summary)")
      #expect(finding.severity == step.severity)
      #expect(RuleBook.rule(named: step.rule) != nil)
      let others = report.findings.filter { $0.rule != step.rule && $0.severity != .info }
      #expect(others.isEmpty, "\(report.summary)")
      if !finding.reproduce.isEmpty {
        _ = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      }
      #expect(try schema.fingerprint() == before)
      guard !finding.fix.hasPrefix("--") else { return }
      try schema.run(finding.fix)
      let mended = try schema.verify().findings
      #expect(
        !mended.contains {
          $0.rule == step.rule && $0.object == step.object && $0.severity == step.severity
        }, "\(finding.fix)")
    }
    try FindingChecks.isSilent(about: step.twin)
  }

  @Test(
    "memberships in predefined roles, and REPLICATION",
    arguments: [
      ("GRANT pg_read_all_data TO app_user", "predefined-role", Finding.Severity.error),
      ("GRANT pg_write_all_data TO app_user", "predefined-role", .warning),
      ("GRANT pg_execute_server_program TO app_user", "predefined-role", .error),
      ("GRANT pg_read_server_files TO app_user", "predefined-role", .error),
      ("GRANT pg_monitor TO app_user", "predefined-role", .warning),
      ("GRANT pg_signal_backend TO app_user", "", .info),
      ("GRANT pg_read_all_settings TO app_user", "", .info),
      ("ALTER ROLE app_user REPLICATION", "role-replication", .error),
    ])
  func roles(sql: String, rule: String, severity: Finding.Severity) throws {
    // Memberships belong to the whole server.
    let server = try TestServer.dedicated()
    try PlantedSchema.with(hole: sql, server: server) { schema in
      let report = try schema.verify()
      let concerned = report.findings.filter { $0.object == "public.rooms" }
      if rule.isEmpty {
        #expect(report.findings.allSatisfy { $0.severity == .info }, "\(report.summary)")
        return
      }
      let finding = try #require(concerned.first { $0.rule == rule }, "\(report.summary)")
      #expect(finding.severity == severity)
      if !finding.reproduce.isEmpty {
        _ = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
      }
      try schema.run(finding.fix)
      #expect(try !schema.verify().findings.contains { $0.rule == rule })
    }
  }
}
