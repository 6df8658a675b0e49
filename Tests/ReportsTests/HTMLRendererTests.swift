import Foundation
import Testing

@testable import Reports

struct HTMLRendererTests {
  @Test func pagesOfManyTablesAndFindingsStaySmall() {
    let tables = HTMLRenderer().render(.sample(tables: 200, findings: 300))
    #expect(tables.utf8.count < 500_000)
    var probed = CheckReport.sample(tables: 200, findings: 120)
    for table in probed.isolation?.tables.indices ?? 0..<0 {
      for number in 0..<40 {
        probed.isolation?.tables[table].probes.append(
          .init(
            operation: CheckReport.Isolation.operations[number % 4], role: "app_user",
            attempt: "attempt \(number) on table \(table)", outcome: "nothing", isGood: true,
            count: 1))
      }
    }
    #expect(HTMLRenderer().render(probed).utf8.count < 500_000)
    let findings = HTMLRenderer().render(.sample(tables: 60, findings: 10_000))
    #expect(findings.utf8.count < 500_000)
    #expect(findings.contains("the JSON report has all of them"))
  }

  @Test func theScriptStaysLittle() {
    #expect(PageFile.script.text.utf8.count < 10_000)
    #expect(PageFile.script.permission.hasPrefix("'sha256-"))
  }

  @Test func aTextOfAMegabyteIsCutAndSaysSo() {
    var report = CheckReport.sample
    report.findings[0].reproduce = String(repeating: "x", count: 1_000_000)
    report.isolation?.tables[0].name = String(repeating: "y", count: 1_000_000)
    let page = HTMLRenderer().render(report)
    #expect(page.utf8.count < 200_000)
    #expect(page.contains("994000 more characters; the JSON report has them"))
  }

  @Test func partsWithoutDataAreLeftOut() {
    let page = HTMLRenderer().render(
      CheckReport(
        tool: .init(version: "1"), command: "lint", project: "p", startedAt: "2026-01-01T00:00:00Z")
    )
    for id in [
      "stages", "isolation", "tenancy", "change", "migrations", "mutants", "coverage", "runs",
    ] {
      #expect(!page.contains("<section id=\"\(id)\""))
    }
    #expect(page.contains("<section id=\"findings\""))
    #expect(page.contains("Nothing was found."))
  }

  @Test func markupInTextsAndAttributesIsEscaped() {
    let hostile = "\"'<b>&\u{202E}\u{FFFE}\n"
    let piece = HTML("p", ["title": hostile, "lang": nil]) { hostile }
    let escaped = #"&quot;&#39;&lt;b&gt;&amp;\u{202e}\u{fffe}\u{a}"#
    #expect(piece.markup == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test func dataForTheScriptCannotEndIt() {
    let data = HTML(json: JSON.line(["</script><!--"]), id: "x").markup
    #expect(data == #"<script type="application/json" id="x">["\u003c/script>\u003c!--"]</script>"#)
  }

  @Test func linksOfRulesLeadOnlyToTheWeb() {
    var report = CheckReport.sample
    report.rules[0].link = "javascript:alert(1)"
    #expect(!HTMLRenderer().render(report).contains("javascript:"))
  }

  @Test func tablesThatAreTheirOwnAncestorsHaveOnePlaceInThePicture() {
    func table(_ name: String, _ parent: String?) -> CheckReport.Isolation.Table {
      var table = CheckReport.Isolation.Table(name: name, tenancy: "parent", operations: [:])
      table.parent = parent
      return table
    }
    let tree = TenancyTree([
      table("a", "b"), table("b", "a"), table("c", "c"), table("d", "gone"), table("e", nil),
    ])
    func names(_ nodes: [TenancyTree.Node]) -> [String] {
      nodes.flatMap { ($0.table.map { [$0.name] } ?? []) + names($0.children) }
    }
    let placed = names(tree.roots).sorted()
    #expect(placed == ["a", "b", "c", "d", "e"])
  }

  @Test func partitionsOfWhichNothingIsWrongAreOneLine() {
    func table(
      _ name: String, _ verdict: CheckReport.Isolation.Verdict
    ) -> CheckReport.Isolation.Table {
      var table = CheckReport.Isolation.Table(
        name: name, tenancy: "column", operations: ["select": verdict])
      table.partitionOf = "events"
      return table
    }
    let rows = MatrixRow.rows([
      table("events_1", .notGranted), table("events_2", .leak), table("events_3", .notGranted),
    ])
    #expect(rows.map { $0.tables.map(\.name) } == [["events_1", "events_3"], ["events_2"]])
  }

  @Test func durationsAndSharesReadAsPeopleSayThem() {
    #expect(Figures.duration(999) == "999 ms")
    #expect(Figures.duration(1_949) == "1.9 s")
    #expect(Figures.duration(59_960) == "1 min 0 s")
    #expect(Figures.percentage(999, of: 1_000) == "99%")
    #expect(Figures.percentage(0, of: 0) == "–")
  }
}
