import Reports
import Testing

@Suite("Reports as text")
struct TextRendererTests {
  private let report: Report = {
    var report = Report()
    report.line("Title", .strong)
    report.space()
    report.sections.append(
      .table(
        .init(
          headings: ["name", "state"],
          rows: [[Text("a"), Text("good", .good)], [Text("longer"), Text("bad", .bad)]])))
    report.sections.append(.block("SELECT 1;\nSELECT 2;"))
    return report
  }()

  @Test("columns are aligned, blocks indented, and no line ends in white space")
  func plain() {
    #expect(
      TextRenderer(usesColour: false).render(report) == """
        Title

        name    state
        a       good
        longer  bad
            SELECT 1;
            SELECT 2;

        """)
  }

  @Test("colours change nothing but the colour")
  func colours() {
    let coloured = TextRenderer(usesColour: true).render(report)
    #expect(coloured.contains("\u{1B}[32mgood\u{1B}[0m"))
    let stripped = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(stripped == TextRenderer(usesColour: false).render(report))
  }

  @Test(
    "what could move the cursor, forge a line or turn the direction of writing is made visible",
    arguments: [
      ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"), ("a\nb", "a\\u{a}b"), ("\u{202E}x", "\\u{202e}x"),
      ("a\u{0}", "a\\u{0}"), ("a\u{9B}31m", "a\\u{9b}31m"), ("\u{2028}", "\\u{2028}"),
      ("\u{200B}", "\\u{200b}"), ("äöü 客", "äöü 客"),
    ])
  func visible(text: String, shown: String) {
    #expect(TextRenderer.visible(text) == shown)
    var report = Report()
    report.line(text)
    report.sections.append(.table(.init(headings: ["x"], rows: [[Text(text)]])))
    let lines = TextRenderer(usesColour: false).render(report).split(separator: "\n")
    #expect(lines == [shown[...], "x", shown[...]])
  }

  @Test("a report without sections is empty")
  func empty() {
    #expect(TextRenderer(usesColour: true).render(Report()).isEmpty)
  }
}
