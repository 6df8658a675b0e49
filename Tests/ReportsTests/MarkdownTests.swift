import TestSupport
import Testing

@testable import Reports

@Suite(
  "Reports as Markdown", .besideOthers,
  .enabled(if: Validator.areThere, Comment(rawValue: Validator.absence)))
struct MarkdownTests {
  private struct Answer: Decodable {
    /// The number of rows of each table.
    var tables: [Int]
    var headings: [String]
    var details: Int
    var blocks: [String]
    var cells: [[String]]
    var last: String
  }

  private func read(_ text: String) throws -> Answer {
    try Validator.markdown.read(text, as: Answer.self)
  }

  private static let headings = [
    "❌ dbtool gate: failed", "Stages", "What the change does", "Findings", "Migrations",
    "Isolation",
  ]

  @Test("the summary has the verdict first, then stages, change, findings, migrations, isolation")
  func sample() throws {
    let answer = try read(CheckFormat.markdown.render(.sample))
    #expect(answer.headings == Self.headings)
    // Stages, the change, findings, migrations, tables, gaps, mutants.
    #expect(answer.tables == [5, 1, 3, 3, 4, 1, 1])
    #expect(answer.details == 3)
    #expect(answer.blocks.contains("BEGIN;\nSELECT * FROM public.t0;\nROLLBACK;\n"))
    #expect(
      answer.cells.contains([
        "❌", "policy all_rows lets every tenant read", "public.t0 select as app_user",
        "using-true", "policies/010_0.sql:1",
      ]))
    #expect(answer.cells.contains(["public.t1", "column", "❌", "✅", "✅", "➖"]))
  }

  @Test("hostile names make no markup, no links and no mentions", arguments: HostileNames.allCases)
  func hostile(names: HostileNames) throws {
    let report = names.report
    let answer = try read(CheckFormat.markdown.render(report))
    #expect(answer.headings == Self.headings)
    #expect(answer.tables == [5, 1, 6, 3, 4, 1, 1])
    #expect(answer.details == 5)
    let script = LegalText.block(report.findings[0].reproduce ?? "", atMost: 20_000)
    #expect(answer.blocks.contains(script + "\n"))
  }

  @Test("words come out as they went in")
  func words() throws {
    for names in HostileNames.allCases where names != .endless {
      let line = LegalText.line(names.name("x"))
      let answer = try read("| a |\n| --- |\n| \(MarkdownText.escaped(line)) |\n")
      let cell = answer.cells.first?.first?.replacing("\u{200B}", with: "")
      // Spaces at the ends go, and several are one on a page.
      #expect(cell?.split(separator: " ") == line.split(separator: " "), "\(names)")
    }
  }

  @Test("of 10,000 findings as many are shown as GitHub takes, and the rest is counted")
  func many() throws {
    let report = CheckReport.sample(tables: 200, findings: 10_000)
    let text = CheckFormat.markdown.renderedWithoutWaste(report)
    #expect(text.utf8.count <= 1_000_000)
    let answer = try read(text)
    #expect(answer.last.hasPrefix("Left out, since a summary holds 1 MiB: "))
    #expect(answer.tables[2] > 1_000)
    #expect(answer.last.contains("\(10_000 - answer.tables[2]) findings"))
    #expect(
      answer.last.contains("evidence, script and fix of \(7_500 - answer.details) findings"))
    #expect(answer.tables[4] == 200)
  }

  @Test("many tables and migrations fit, too")
  func manyTables() throws {
    var report = CheckReport.sample(
      tables: 2_000, findings: 3, naming: { $0 + String(repeating: "\u{0}", count: 300) })
    report.migrations = Array(repeating: report.migrations[0], count: 1_000)
    report.stages = Array(repeating: report.stages[3], count: 1_000)
    let text = CheckFormat.markdown.render(report)
    #expect(text.utf8.count <= 1_000_000)
    let answer = try read(text)
    #expect(answer.last.contains(" tables"))
    #expect(answer.last.contains(" migrations"))
    #expect(answer.last.contains(" stages"))
    #expect(answer.details == 3)
  }

  @Test(
    "the readers refuse what names must not make",
    arguments: [
      "[x](http://e.example)", "www.e.example", "@admin", "see #1", "<b>x</b>", "![x](y)",
      "| a |\n| --- |\n| https://e.example |", "a@e.example", "*x*", "# x", "GH-1",
      "<details onclick=\"x\">", "<code style=\"x\" id=\"y\">", "a\rb",
    ])
  func refused(text: String) throws {
    #expect(try Validator.markdown.refuses(text))
    #expect(try !Validator.markdown.refuses(MarkdownText.escaped(text)))
  }
}
