import Reports
import Testing

@Suite("What checks found, in a terminal")
struct CheckTextTests {
  private func text(_ report: CheckReport) -> String {
    TextRenderer(usesColour: false).render(CheckText.report(report))
  }

  @Test("the last line is the verdict", arguments: CheckReport.Verdict.allCases)
  func verdict(verdict: CheckReport.Verdict) {
    var report = CheckReport.sample
    report.verdict = verdict
    let words: [CheckReport.Verdict: String] = [
      .passed: "passed in", .failed: "FAILED: ", .inconclusive: "not concluded: ",
      .error: "could not be carried out",
    ]
    let last = text(report).split(separator: "\n").last ?? ""
    #expect(last.hasPrefix(words[verdict] ?? "?"), "\(last)")
  }

  @Test("findings that the same fix mends are told of once, each with what was seen")
  func sameCause() {
    var report = CheckReport.sample(tables: 1, findings: 1)
    var other = report.findings[0]
    other.operation = "delete"
    other.message = "policy all_rows lets every tenant delete"
    other.evidence = "1 row of tenant B deleted by tenant A"
    report.findings.append(other)
    let text = text(report)
    #expect(text.components(of: "DROP POLICY all_rows").count == 2, "\(text)")
    #expect(text.contains("select as app_user: 1 row of tenant B seen by tenant A"))
    #expect(text.contains("delete as app_user: 1 row of tenant B deleted by tenant A"))
    // Another object is another cause.
    report.findings[1].object = "public.t9"
    report.findings[1].message = report.findings[0].message
    #expect(self.text(report).components(of: "DROP POLICY all_rows").count == 3)
  }

  @Test("ten thousand findings fit a screen or two, and say how many there are")
  func many() {
    let text = text(.sample(tables: 200, findings: 10_000))
    #expect(text.split(separator: "\n").count < 200)
    #expect(text.contains(" more [using-true]: "))
  }

  @Test("hostile names move no cursor and forge no line")
  func hostile() {
    let text = text(.hostile)
    let isHidden = text.unicodeScalars.contains { scalar in
      scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(!isHidden)
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("::error") })
  }
}

extension String {
  fileprivate func components(of separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
