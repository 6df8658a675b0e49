import TestSupport
import Testing

@testable import Reports

@Suite(
  "Reports as GitLab's code quality", .besideOthers,
  .enabled(if: Validator.areThere, Comment(rawValue: Validator.absence)))
struct GitLabTests {
  private struct Answer: Decodable {
    struct Issue: Decodable {
      var description: String
      var check_name: String
      var fingerprint: String
      var severity: String
    }

    var count: Int
    var issues: [Issue]
  }

  private func read(_ report: CheckReport) throws -> Answer {
    try Validator.gitlab.read(CheckFormat.gitlab.render(report), as: Answer.self)
  }

  @Test("findings are issues, and so is a stage that broke off; what is accepted is none")
  func sample() throws {
    let issues = try read(.sample(tables: 4, findings: 4)).issues
    #expect(issues.map(\.severity) == ["blocker", "critical", "minor", "info"])
    #expect(issues.map(\.check_name) == ["stage", "using-true", "using-true", "using-true"])
    #expect(issues[1].fingerprint == "0000000000001000")
  }

  @Test("fingerprints differ even where ids do not")
  func fingerprints() throws {
    var report = CheckReport.sample
    for index in report.findings.indices { report.findings[index].id = "ab" }
    let issues = try read(report).issues
    #expect(issues.map(\.fingerprint) == ["stage-drift", "ab", "ab-2", "ab-3"])
  }

  @Test("hostile names stay names", arguments: HostileNames.allCases)
  func hostile(names: HostileNames) throws {
    #expect(try read(names.report).count == 6)
  }

  @Test("10,000 findings are issues in little time, without those that are accepted")
  func many() throws {
    let report = CheckReport.sample(tables: 200, findings: 10_000)
    let text = CheckFormat.gitlab.renderedWithoutWaste(report)
    #expect(try Validator.gitlab.read(text, as: Answer.self).count == 7_501)
  }

  @Test("the schema refuses what is wrong")
  func refused() throws {
    let good = CheckFormat.gitlab.render(.sample)
    for (part, wrong) in [
      ("\"info\"", "\"note\""), ("\"begin\" : 1", "\"begin\" : 0"),
      ("0000000000001000", "0000000000001001"), ("policies/010_0.sql", "./policies/010_0.sql"),
      ("\"check_name\"", "\"check\""), ("]\n", ""),
    ] {
      #expect(good.contains(part), "\(part)")
      let broken = good.replacing(part, with: wrong, maxReplacements: 1)
      #expect(try Validator.gitlab.refuses(broken), "\(wrong)")
    }
  }
}
