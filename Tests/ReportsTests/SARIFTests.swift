import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite(
  "Reports as SARIF", .besideOthers,
  .enabled(if: Validator.areThere, Comment(rawValue: Validator.absence)))
struct SARIFTests {
  private struct Answer: Decodable {
    var results: Int
    var rules: Int
    var levels: [String: Int]
    var suppressed: Int
    var messages: [String]
    var uris: [String]
    var details: Int
    var successful: Bool
    var notifications: [String]
  }

  private func read(_ report: CheckReport) throws -> Answer {
    try Validator.sarif.read(CheckFormat.sarif.render(report), as: Answer.self)
  }

  @Test("findings are results, with the place of what made the object")
  func sample() throws {
    let answer = try read(.sample)
    #expect(answer.levels == ["error": 1, "warning": 1, "note": 1])
    #expect(answer.rules == 1)
    #expect(answer.uris == ["policies/010_0.sql", "policies/010_1.sql", "policies/010_2.sql"])
    #expect(
      answer.messages.first
        == "public.t0, select, as app_user: policy all_rows lets every tenant read")
    #expect(!answer.successful)
    #expect(
      answer.notifications == [
        "drift could not be carried out: could not connect to server\nis it running?"
      ])
  }

  @Test("a finding without a place has one all the same, and a rule that nobody explains a text")
  func withoutPlace() throws {
    var report = CheckReport.sample
    report.rules = []
    report.startedAt = "some day"
    report.stages = []
    report.findings[0].location = nil
    report.findings[0].object = ""
    report.findings[0].location = .init(file: "", line: 0, column: -1)
    report.findings[1].location = nil
    report.findings[2].id = report.findings[1].id
    let answer = try read(report)
    #expect(answer.uris == ["dbtool.yaml", "dbtool.yaml", "policies/010_2.sql"])
    #expect(answer.successful)
  }

  @Test("what is accepted is suppressed")
  func accepted() throws {
    let answer = try read(.sample(tables: 4, findings: 8))
    #expect(answer.suppressed == 2)
    var report = CheckReport.sample
    report.findings[0].accepted = .init(by: .file, reason: "why", until: nil)
    let text = CheckFormat.sarif.render(report)
    #expect(text.contains("\"kind\" : \"inSource\""))
    #expect(text.contains("\"justification\" : \"allowed by its file: why\""))
  }

  @Test("hostile names stay names", arguments: HostileNames.allCases)
  func hostile(names: HostileNames) throws {
    let answer = try read(names.report)
    #expect(answer.results == 6)
    #expect(answer.messages.allSatisfy { !$0.contains("](") || $0.contains("\\](") })
  }

  @Test("links, arguments and paths are written so that they are none")
  func texts() {
    #expect(SARIFText.message("[a](http://e) {0} ](") == "[a\\](http://e) {{0}} \\](")
    #expect(SARIFText.uri("/a b/ü%\n:?#.sql") == "a%20b/%C3%BC%25%0A%3A%3F%23.sql")
  }

  @Test("10,000 findings are 10,000 results, in little time")
  func many() throws {
    let report = CheckReport.sample(tables: 200, findings: 10_000)
    let text = CheckFormat.sarif.renderedWithoutWaste(report)
    let answer = try Validator.sarif.read(text, as: Answer.self)
    #expect(answer.results == 10_000)
    #expect(answer.details == 10_000)
    #expect(answer.suppressed == 2_500)
  }

  @Test("what GitHub would refuse is left out, the least important first")
  func limits() throws {
    var report = CheckReport.sample(tables: 4, findings: 25_010)
    report.findings[25_009].severity = .error
    report.findings[25_009].effect = .fails
    report.findings[25_009].accepted = nil
    report.findings[25_009].message = "the last one"
    let text = CheckFormat.sarif.render(report)
    #expect(text.contains("the last one"))
    #expect(text.contains("10 of the findings are left out: GitHub takes 25000."))
    var long = CheckReport.sample(tables: 4, findings: 1_200)
    for index in long.findings.indices {
      long.findings[index].evidence = String(repeating: "\(index) ", count: 2_500)
    }
    let answer = try read(long)
    #expect(answer.results == 1_200)
    #expect((900..<1_190).contains(answer.details))
    #expect(answer.notifications.last?.hasPrefix("Evidence, scripts and fixes") == true)
  }

  @Test("the readers refuse what is wrong")
  func refused() throws {
    let good = CheckFormat.sarif.render(.sample)
    #expect(try !Validator.sarif.refuses(good))
    for (part, wrong) in [
      ("\"note\"", "\"info\""), ("\"2.1.0\"", "\"2.0.0\""),
      ("\"startLine\" : 1", "\"startLine\" : 0"),
      ("\"ruleIndex\" : 0", "\"ruleIndex\" : 7"), ("0000000000001000", "0000000000001001"),
      ("policies/010_0.sql", "policies/010 0.sql\\u0000ü"),
      ("\"exitCode\"", "\"exit\""),
      ("\"text\" : \"a policy lets everybody in\"", "\"text\" : \"\""),
    ] {
      #expect(good.contains(part), "\(part)")
      let broken = good.replacing(part, with: wrong, maxReplacements: 1)
      #expect(try Validator.sarif.refuses(broken), "\(wrong)")
    }
  }
}
