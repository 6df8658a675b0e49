/// The text of a rule: paragraphs, and lines of code, which are indented.
struct RuleText: Sendable {
  /// Paragraphs and code in order.
  let pieces: [HTML]

  /// Reads a text.
  init(_ text: String) {
    var pieces: [HTML] = []
    var lines: [Substring] = []
    var isCode = false
    func end() {
      defer { lines = [] }
      guard !lines.isEmpty else { return }
      if isCode {
        let code = lines.map { $0.dropFirst(4) }.joined(separator: "\n")
        pieces.append(HTML("pre", ["class": "example"]) { HTML(lines: code) })
      } else {
        pieces.append(HTML("p") { HTML(lines: lines.joined(separator: "\n")) })
      }
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isIndented = line.hasPrefix("    ")
      if isIndented != isCode || line.isEmpty { end() }
      isCode = isIndented
      if !line.isEmpty { lines.append(line) }
    }
    end()
    self.pieces = pieces
  }
}
