/// A part of a summary, and what did not fit into it.
struct MarkdownSection: Sendable {
  /// The Markdown; empty when there is nothing to say.
  var text = ""
  /// What was left out, for example `12 tables`.
  var leftOut: [String] = []

  /// Adds a table under a heading, unless it has no rows.
  ///
  /// - Parameter noun: What a row is, in the plural.
  mutating func add(_ table: MarkdownTable, under heading: String, of noun: String) {
    if !table.text.isEmpty {
      text += (heading.isEmpty ? "" : "### \(heading)\n\n") + table.text + "\n"
    }
    if table.leftOut > 0 { leftOut.append("\(table.leftOut) \(noun)") }
  }

  /// Adds a paragraph, which is Markdown already.
  mutating func add(paragraph: String) { text += paragraph + "\n\n" }
}
