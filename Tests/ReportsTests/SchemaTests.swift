import Reports
import TestSupport
import Testing

@Suite(
  "The published schema of dbtool.gate/1", .besideOthers,
  .enabled(if: Validator.areThere, Comment(rawValue: Validator.absence)))
struct SchemaTests {
  private struct Answer: Decodable {
    var changes: Int
    var passed: [String]
  }

  private static let schema =
    "\(SharedTestData.packageRoot)/docs/schemas/dbtool.gate-1.schema.json"

  /// Has a report and, if wanted, everything that can be changed about it judged.
  private func read(_ report: CheckReport, isChanged: Bool = false) throws -> Answer {
    try Validator.schema.read(
      CheckFormat.json.render(report), as: Answer.self, before: [Self.schema],
      after: isChanged ? ["--changed"] : [])
  }

  /// A report with every member that there is.
  private static let full: CheckReport = {
    var report = CheckReport.sample(tables: 2, findings: 4)
    report.isolation?.tables[1].partitionOf = "public.t0"
    report.isolation?.tables[1].location = .init(file: "migrations/1.sql", line: 3)
    report.isolation?.tables[1].notes = ["why"]
    report.isolation?.mutants?.list[0].reason = "why"
    return report
  }()

  @Test("what dbtool writes it allows, and nothing with one thing changed but what is optional")
  func exact() throws {
    let answer = try read(Self.full, isChanged: true)
    #expect(answer.changes > 1_000)
    #expect(
      answer.passed == [
        ": without change", ": without commit", ": without database", ": without isolation",
        ": without target", "findings.accepted: without until", "findings: without accepted",
        "findings: without evidence", "findings: without fix", "findings: without location",
        "findings: without operation", "findings: without reproduce", "findings: without role",
        "isolation.mutants.list: without reason", "isolation.mutants.list: without sql",
        "isolation.tables.operationsByRole: without reporting",
        "isolation.tables: without location", "isolation.tables: without parent",
        "isolation.tables: without partitionOf", "isolation: without mutants",
        "migrations.locks: without statement", "migrations: without down",
        "migrations: without durationMs", "migrations: without isPending",
        "migrations: without locks", "rules: without link", "runs.counts: more",
        "runs.counts: without probes", "runs: without commit", "stages: without error",
      ])
  }

  @Test("it allows hostile names", arguments: HostileNames.allCases)
  func hostile(names: HostileNames) throws {
    _ = try read(names.report)
  }

  @Test("it allows 10,000 findings, and a report on nothing")
  func sizes() throws {
    _ = try read(.sample(tables: 200, findings: 10_000))
    _ = try read(
      CheckReport(
        tool: .init(version: "0.1.0"), command: "lint", project: "",
        startedAt: "2026-11-18T09:30:00Z"))
  }

  @Test("it refuses other versions and verdicts")
  func refused() throws {
    var report = CheckReport.sample
    report.schema = "dbtool.gate/2"
    #expect(throws: Validator.Refusal.self) { try read(report) }
    report = .sample
    report.exitCode = 5
    #expect(throws: Validator.Refusal.self) { try read(report) }
    report = .sample
    report.startedAt = "yesterday"
    #expect(throws: Validator.Refusal.self) { try read(report) }
  }
}
