/// Shows a report in a terminal or a plain file.
package struct TextRenderer: Sendable {
  /// True when colours may be used.
  package var usesColour: Bool

  /// A renderer with or without colours.
  package init(usesColour: Bool) { self.usesColour = usesColour }

  /// The report as lines, each ended by a newline.
  package func render(_ report: Report) -> String {
    report.sections.map(render).joined()
  }

  private func render(_ section: Report.Section) -> String {
    switch section {
    case .line(let text): styled(Self.visible(text.characters), text.meaning) + "\n"
    case .space: "\n"
    case .block(let text):
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "    " + Self.visible(String($0)) + "\n" }.joined()
    case .table(let table): render(table)
    }
  }

  private func render(_ table: Report.Table) -> String {
    let headings = table.headings.map { Text($0, .faint) }
    let rows = [headings] + table.rows
    let widths = table.headings.indices.map { column in
      rows.map { Self.visible($0[column].characters).count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { column -> String in
        let text = Self.visible(row[column].characters)
        // The last column needs no padding, which would only wrap in a narrow window.
        let isLast = column == row.count - 1
        let padding = isLast ? "" : String(repeating: " ", count: widths[column] - text.count)
        return styled(text, row[column].meaning) + padding
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// `text` with control characters made visible, so that a name cannot move the cursor or forge a
  /// line.
  package static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private func styled(_ text: String, _ meaning: Text.Meaning) -> String {
    guard usesColour, !text.isEmpty else { return text }
    let code =
      switch meaning {
      case .plain: ""
      case .good: "32"
      case .bad: "1;31"
      case .doubtful: "33"
      case .faint: "2"
      case .strong: "1"
      }
    return code.isEmpty ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
