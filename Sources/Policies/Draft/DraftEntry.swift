internal import YAML

/// A table's line in a manifest that is written by `init`.
package struct DraftEntry: Sendable, Equatable {
  /// The table, as the manifest names it.
  package var table: String
  /// What is said of it, as YAML: one line, or several that are indented under the name.
  var value: Value
  /// Why, for a comment; nil for nothing.
  package var reason: String?

  /// What is said of a table.
  enum Value: Sendable, Equatable {
    /// One word or a mapping on one line.
    case line(String)
    /// Keys with their values, each on a line or more of its own.
    case block([String])
  }

  /// True when somebody has to decide.
  package var isUndecided: Bool {
    if case .line(let text) = value { text.hasPrefix("{undecided:") } else { false }
  }

  /// A line for a table that somebody has to decide on.
  static func undecided(_ table: String, _ question: String) -> DraftEntry {
    DraftEntry(table: table, value: .line("{undecided: \(YAMLText.scalar(question))}"))
  }

  /// A line for a table that isolation does not apply to.
  static func exempt(_ table: String, _ reason: String) -> DraftEntry {
    DraftEntry(table: table, value: .line("{exempt: \(YAMLText.scalar(reason))}"))
  }

  /// Its lines in the file.
  func lines(indent: String = "  ") -> [String] {
    let name = YAMLText.key(table)
    let comment = reason.map { "  # " + YAMLText.comment($0) } ?? ""
    switch value {
    case .line(let text): return ["\(indent)\(name): \(text)\(comment)"]
    case .block(let lines):
      return ["\(indent)\(name):\(comment)"] + lines.map { indent + "  " + $0 }
    }
  }
}
