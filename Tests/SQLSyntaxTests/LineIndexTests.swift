import SQLSyntax
import Testing

@Suite("Lines and columns")
struct LineIndexTests {
  private let text = "SELECT 'ä🏨';  SELECT 'é', 2;\r\n\n  SELECT 3;\n\nSELECT \"Ünï\" FROM t"

  @Test(
    "in whatever order places are asked for, they are those that counting from the beginning gives")
  func anyOrder() {
    let offsets = Array(0...text.utf8.count).filter { offset in
      text.utf8.index(text.startIndex, offsetBy: offset).samePosition(in: text) != nil
    }
    #expect(offsets.count > 40)
    let orders = [offsets, offsets.reversed(), offsets.flatMap { [$0, text.utf8.count - $0] }]
    for order in orders {
      var lines = LineIndex(text)
      for offset in order where offsets.contains(offset) {
        #expect(
          lines.location(of: offset) == SourceLocation(utf8Offset: offset, in: text), "\(offset)")
      }
    }
  }

  @Test("a place past the end is the end, and one before the beginning is the beginning")
  func outside() {
    var lines = LineIndex(text)
    #expect(lines.location(of: 1_000) == SourceLocation(utf8Offset: 1_000, in: text))
    #expect(lines.location(of: -1) == SourceLocation(line: 1, column: 1))
    lines = LineIndex("")
    #expect(lines.location(of: 0) == SourceLocation(line: 1, column: 1))
  }

  @Test("the server's positions in a statement are places of the text, over lines and characters")
  func positions() throws {
    let source = "-- ä\n" + text + "\nWHERE 'ö'\n  = x"
    for statement in try StatementSplitter.split(source) {
      for position in 1...statement.text.unicodeScalars.count + 2 {
        let before = String(statement.text.unicodeScalars.prefix(position - 1)).utf8.count
        #expect(
          statement.location(ofPosition: position)
            == SourceLocation(utf8Offset: statement.utf8Offset + before, in: source))
      }
    }
  }
}
