import TestSupport
import Testing

@testable import Reports

@Suite(
  "Reports as JUnit's XML", .besideOthers,
  .enabled(if: Validator.areThere, Comment(rawValue: Validator.absence)))
struct JUnitTests {
  private struct Answer: Decodable {
    struct Suite: Decodable {
      struct Case: Decodable {
        var group: String
        var name: String
        var result: String
        var message: String
        var text: String
      }

      var name: String
      var timestamp: String?
      var tests: Int
      var cases: [Case]
    }

    var suites: [Suite]
    var tests: Int
    var failures: Int
    var errors: Int
    var skipped: Int

    func suite(_ name: String) -> [Suite.Case] {
      suites.first { $0.name == name }?.cases ?? []
    }
  }

  private func read(_ report: CheckReport) throws -> Answer {
    try Validator.junit.read(CheckFormat.junit.render(report), as: Answer.self)
  }

  private func report(_ stages: [CheckReport.Stage]) -> CheckReport {
    var report = CheckReport(
      tool: .init(version: "0.1.0"), command: "gate", project: "p",
      startedAt: "2026-11-18T09:30:00Z")
    report.stages = stages
    return report
  }

  private func finding(
    _ stage: String, _ effect: CheckReport.Finding.Effect, _ location: CheckReport.Location? = nil
  ) -> CheckReport.Finding {
    CheckReport.Finding(
      id: "0", stage: stage, rule: "r", severity: .warning, effect: effect, object: "o",
      message: "m", location: location)
  }

  @Test("stages are suites, and tables and operations cases of verify-rls")
  func sample() throws {
    let answer = try read(.sample)
    #expect(
      answer.suites.map(\.name) == ["lint", "migrate-up", "verify-rls", "drift", "pending"])
    #expect(answer.suites.first?.timestamp == "2026-11-18T09:30:00")
    #expect(answer.suites.last?.timestamp == "2026-11-18T09:30:02")
    #expect(answer.suite("migrate-up").map(\.result) == ["Passed", "Passed", "Passed"])
    let cases = answer.suite("verify-rls")
    #expect(cases.count == 16)
    #expect(cases.map(\.group)[4] == "public.t1")
    #expect(cases.prefix(4).map(\.name) == ["select", "insert", "update", "delete"])
    // A finding that fails; nothing; nothing; nothing granted.
    #expect(cases.prefix(4).map(\.result) == ["Failure", "Passed", "Passed", "Skipped"])
    #expect(cases[0].text.contains("DROP POLICY all_rows ON public.t0;"))
    // A leak that only a warning tells of is a leak.
    #expect(cases[4].result == "Failure")
    #expect(cases[4].text.contains("1 row of tenant B"))
    #expect(cases[12].result == "Error")
    #expect(answer.suite("drift").map(\.result) == ["Error"])
    #expect(answer.suite("drift").first?.text.contains("is it running?") == true)
    #expect(answer.suite("pending").map(\.result) == ["Skipped"])
  }

  @Test("what could not be told never passes")
  func neverPassed() throws {
    let outcomes: [(CheckReport.Stage.Outcome, String)] = [
      (.passed, "Passed"), (.failed, "Failure"), (.inconclusive, "Error"), (.error, "Error"),
      (.skipped, "Skipped"),
    ]
    for (outcome, result) in outcomes {
      let stage = CheckReport.Stage(name: "s", title: "S", outcome: outcome)
      #expect(try read(report([stage])).suite("s").map(\.result) == [result])
      var told = report([stage])
      told.findings = [finding("s", .none)]
      let cases = try read(told).suite("s").map(\.result)
      #expect(cases == (outcome == .passed ? ["Passed"] : ["Passed", result]))
    }
    var doubtful = report([.init(name: "s", title: "S", outcome: .inconclusive)])
    doubtful.findings = [finding("s", .doubts), finding("nowhere", .fails)]
    let answer = try read(doubtful)
    #expect(answer.suite("s").map(\.result) == ["Error"])
    #expect(answer.suite("nowhere").map(\.result) == ["Failure"])
  }

  @Test("what is accepted is skipped with the reason, and nothing inconclusive is")
  func accepted() throws {
    var report = CheckReport.sample(tables: 5, findings: 5)
    for index in report.findings.indices {
      report.findings[index].accepted = .init(by: .configuration, reason: "known", until: nil)
    }
    let cases = try read(report).suite("verify-rls")
    let selects = cases.filter { $0.name == "select" }
    #expect(selects.map(\.result) == ["Skipped", "Skipped", "Skipped", "Error", "Skipped"])
    #expect(selects[0].message.hasSuffix("accepted in dbtool.yaml: known"))
  }

  @Test("a finding with a place is a case of its file")
  func places() throws {
    var report = report([.init(name: "lint", title: "L", outcome: .failed)])
    report.findings = [
      finding("lint", .fails, .init(file: "migrations/1_a.up.sql", line: 3, column: 7)),
      finding("lint", .none),
    ]
    let cases = try read(report).suite("lint")
    #expect(cases.map(\.group) == ["migrations/1_a.up.sql", "o"])
    #expect(cases.map(\.name) == ["r at 3:7 (o)", "r"])
    #expect(cases.map(\.result) == ["Failure", "Passed"])
  }

  @Test("hostile names stay names", arguments: HostileNames.allCases)
  func hostile(names: HostileNames) throws {
    let report = names.report
    let answer = try read(report)
    #expect(answer.tests == 16 + 1 + 3 + 1 + 1)
    let first = try #require(answer.suite("verify-rls").first)
    #expect(first.group == LegalText.line(names.name("public.t0"), atMost: 1_000))
    #expect(first.message == LegalText.line(report.findings[0].message, atMost: 1_000))
  }

  @Test("10,000 findings are 10,000 cases, in little time")
  func many() throws {
    var report = CheckReport.sample(tables: 200, findings: 10_000)
    for index in report.findings.indices { report.findings[index].stage = "lint" }
    let text = CheckFormat.junit.renderedWithoutWaste(report)
    let answer = try Validator.junit.read(text, as: Answer.self)
    #expect(answer.suites.first?.tests == 10_000)
    #expect(answer.suites.first { $0.name == "verify-rls" }?.tests == 800)
    #expect(answer.skipped >= 2_500)
  }

  @Test("the readers refuse what is wrong")
  func refused() throws {
    let good = CheckFormat.junit.render(.sample)
    #expect(try !Validator.junit.refuses(good))
    for (part, wrong) in [
      ("tests=\"3\"", "tests=\"2\""), ("<skipped ", "<ignored "), ("is it running?", "a\u{1}"),
      ("time=\"0.012\"", "time=\"soon\""), ("</testsuites>", ""),
      ("classname=\"public.t0\" name=\"select\"", "classname=\"public.t0\""),
    ] {
      #expect(good.contains(part), "\(part)")
      let broken = good.replacing(part, with: wrong, maxReplacements: 1)
      #expect(try Validator.junit.refuses(broken), "\(wrong)")
    }
  }
}
