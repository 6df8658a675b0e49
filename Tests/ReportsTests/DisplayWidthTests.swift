import Reports
import Testing

@Suite("Columns that texts take")
struct DisplayWidthTests {
  @Test(
    "wide characters and emoji take two, combining marks none",
    arguments: [
      ("", 0), ("plain", 5), ("äöü", 3), ("e\u{301}", 1), ("客户", 4), ("한국", 4), ("ｱ", 1),
      ("Ａ", 2), ("🏨", 2), ("👍🏽", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("#", 1),
      ("ก็", 1), ("नमस्ते", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("א", 1), ("…", 1),
    ])
  func width(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test("columns behind wide characters are where the others are")
  func aligned() {
    let table = Report.Table(
      headings: ["name", "state"],
      rows: [
        [Text("客户"), Text("good")], [Text("e\u{301}"), Text("good")], [Text("🏨x"), Text("bad")],
      ])
    let lines = TextRenderer(usesColour: false).render(Report([.table(table)]))
      .split(separator: "\n")
    let columns = lines.map { line in
      DisplayWidth.of(line.prefix { $0 != " " })
        + line.drop { $0 != " " }.prefix { $0 == " " }.count
    }
    #expect(columns == [6, 6, 6, 6])
  }

  @Test(
    "what is shortened says so, and is never wider than asked",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("客户管理", 5, "客户…"), ("客户管理", 4, "客…"),
      ("abc", 1, "…"), ("abc", 0, ""),
    ])
  func shortened(text: String, columns: Int, result: String) {
    #expect(DisplayWidth.shortened(text, to: columns) == result)
  }
}
