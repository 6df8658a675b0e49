/// A table of GitHub's Markdown that takes rows until it is full.
struct MarkdownTable: Sendable {
  /// The rows that did not fit.
  private(set) var leftOut = 0
  private var lines: [String]
  private var room: Int
  private var isFull = false

  /// A table without rows, which may take so many bytes.
  init(_ headings: [String], atMost room: Int) {
    lines = [Self.line(headings), Self.line(headings.map { _ in "---" })]
    self.room = room - lines[0].utf8.count - lines[1].utf8.count
  }

  /// Adds a row, whose cells are Markdown already.
  mutating func add(_ cells: [String]) {
    let line = Self.line(cells)
    // What does not fit ends the table: a shorter row further down would hide the gap.
    isFull = isFull || line.utf8.count >= room
    if isFull {
      leftOut += 1
    } else {
      room -= line.utf8.count + 1
      lines.append(line)
    }
  }

  /// The table; empty when there is no row.
  var text: String {
    lines.count > 2 ? lines.joined(separator: "\n") + "\n" : ""
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}
