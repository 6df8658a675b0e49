/// Where the cells of a table go, so that its lines fit a width and nothing in it is cut.
///
/// As long as there is room every row is a line, and columns of prose are wrapped. Names, numbers and
/// words from a list stay whole; where they do not fit, the first column gets lines of its own, and
/// where that is not enough each row becomes a record, a line for each cell.
struct TableLayout {
  /// A piece of a line: its text and the spaces behind it.
  typealias Line = [Text]

  private static let gap = 2
  private static let narrowest = 16

  private let headings: [Text]
  private let rows: [[Text]]
  private let prose: Set<Int>
  private let width: Int?

  /// - Parameter width: The columns that there are; nil for as many as are needed.
  init(_ table: Report.Table, width: Int?) {
    headings = table.headings.map { Text($0, .faint) }
    // What is measured is what is shown.
    rows = table.rows.map { $0.map { Text(TextRenderer.visible($0.characters), $0.meaning) } }
    prose = table.prose
    self.width = width
  }

  /// The lines, each made of texts that stand beside each other.
  var lines: [Line] {
    let columns = Array(headings.indices)
    if let widths = widths(of: columns, within: width) {
      return grid(columns, widths, indent: 0)
    }
    let others = Array(columns.dropFirst())
    if let width, others.count > 1, let widths = widths(of: others, within: width - Self.gap) {
      return underNames(others, widths)
    }
    return records
  }

  // MARK: - Rows as lines

  /// How wide each column is; nil when they do not fit.
  private func widths(of columns: [Int], within limit: Int?) -> [Int]? {
    let all = [headings] + rows
    var widths = columns.map { column in
      all.map { DisplayWidth.of($0[column].characters) }.max() ?? 0
    }
    guard let limit else { return widths }
    let gaps = Self.gap * max(0, columns.count - 1)
    let least = columns.enumerated().map { index, column in
      guard prose.contains(column) else { return widths[index] }
      let words = all.map { WordWrap.widestWord(of: $0[column].characters) }.max() ?? 0
      return min(widths[index], max(Self.narrowest, words))
    }
    guard least.reduce(gaps, +) <= limit else { return nil }
    // The widest gives way first.
    for index in widths.indices { widths[index] = min(widths[index], max(least[index], limit)) }
    while widths.reduce(gaps, +) > limit {
      let shrinkable = widths.indices.filter { widths[$0] > least[$0] }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return nil }
      widths[widest] -= 1
    }
    return widths
  }

  private func grid(_ columns: [Int], _ widths: [Int], indent: Int) -> [Line] {
    ([headings] + rows).flatMap { lines(of: $0, columns, widths, indent: indent) }
  }

  /// The lines of one row: as many as its highest cell has.
  private func lines(
    of row: [Text], _ columns: [Int], _ widths: [Int], indent: Int
  ) -> [Line] {
    let cells = columns.enumerated().map { index, column in
      prose.contains(column)
        ? WordWrap.lines(row[column].characters, width: widths[index]) : [row[column].characters]
    }
    return (0..<(cells.map(\.count).max() ?? 1)).map { number in
      var line = indent > 0 ? [Text(String(repeating: " ", count: indent))] : []
      for (index, column) in columns.enumerated() {
        let text = number < cells[index].count ? cells[index][number] : ""
        line.append(Text(text, row[column].meaning))
        // The last column needs no padding, which would only wrap in a narrow window.
        let isLast = index == columns.count - 1
        let padding = isLast ? 0 : widths[index] - DisplayWidth.of(text) + Self.gap
        if padding > 0 { line.append(Text(String(repeating: " ", count: padding))) }
      }
      return line
    }
  }

  // MARK: - In narrow windows

  /// The first column on lines of its own, the others below it.
  private func underNames(_ columns: [Int], _ widths: [Int]) -> [Line] {
    ([headings] + rows).flatMap { row in
      [[row[0]]] + lines(of: row, columns, widths, indent: Self.gap)
    }
  }

  /// Each row as lines of heading and value, empty ones left out.
  private var records: [Line] {
    let names = headings.dropFirst().map { DisplayWidth.of($0.characters) }.max() ?? 0
    let indent = names > 0 ? names + 2 * Self.gap : Self.gap
    return rows.flatMap { row -> [Line] in
      let first = (prose.contains(0) ? wrapped(row[0], indent: 0) : [row[0]]).map { [$0] }
      return first
        + row.indices.dropFirst().flatMap { column -> [Line] in
          guard !row[column].characters.isEmpty else { return [] }
          let heading = headings[column]
          let used = Self.gap + DisplayWidth.of(heading.characters)
          let before = String(repeating: " ", count: indent - used)
          let head = [Text(String(repeating: " ", count: Self.gap)), heading, Text(before)]
          let value = wrapped(row[column], indent: indent)
          return value.enumerated().map { index, text in
            (index == 0 ? head : [Text(String(repeating: " ", count: indent))]) + [text]
          }
        }
    }
  }

  private func wrapped(_ text: Text, indent: Int) -> [Text] {
    guard let width else { return [text] }
    return WordWrap.lines(text.characters, width: max(1, width - indent))
      .map { Text($0, text.meaning) }
  }
}
