/// Shows a report in a terminal or a plain file.
package struct TextRenderer: Sendable {
  /// True when colours may be used.
  package var usesColour: Bool
  /// The columns that a line may take; nil where lines may be of any length, as in files and pipes.
  package var width: Int?

  /// A renderer with or without colours.
  package init(usesColour: Bool, width: Int? = nil) {
    self.usesColour = usesColour
    self.width = width
  }

  /// The report as lines, each ended by a newline.
  package func render(_ report: Report) -> String {
    report.sections.map(render).joined()
  }

  private func render(_ section: Report.Section) -> String {
    switch section {
    case .line(let text): render(text)
    case .space: "\n"
    // What somebody will copy is never wrapped.
    case .block(let text):
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "    " + Self.visible(String($0)) + "\n" }.joined()
    case .table(let table):
      TableLayout(table, width: width).lines.map(render).joined()
    }
  }

  private func render(_ text: Text) -> String {
    let visible = Self.visible(text.characters)
    guard let width else { return styled(visible, text.meaning) + "\n" }
    let hanging = WordWrap.hanging(of: visible, width: width)
    return WordWrap.lines(visible, width: width, hanging: hanging)
      .map { styled($0, text.meaning) + "\n" }.joined()
  }

  private func render(_ line: TableLayout.Line) -> String {
    // Cells that are empty at the end leave no spaces behind.
    let last = line.lastIndex { !$0.characters.allSatisfy { $0 == " " } }
    guard let last else { return "\n" }
    return line[...last].map { styled($0.characters, $0.meaning) }.joined() + "\n"
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

  /// `text` in the colour of its meaning.
  package func styled(_ text: String, _ meaning: Text.Meaning) -> String {
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
