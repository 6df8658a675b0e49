internal import SourceFiles

/// The lines in which a file differs from what was applied.
package struct LineDifference: Sendable, Equatable {
  /// A line that came or went.
  package struct Change: Sendable, Equatable {
    /// False for a line that was applied and is not there any more.
    package var isNew: Bool
    /// The line's number, from 1, in the file, or for lost ones in what was applied.
    package var line: Int
    /// The line without its end.
    package var text: String
  }

  /// All changes, in the order of the text.
  package var changes: [Change]

  /// Compares texts line by line.
  init(from old: String, to new: String) {
    let difference = Self.lines(new).difference(from: Self.lines(old))
    let all = difference.map { change in
      switch change {
      case .insert(let offset, let text, _): Change(isNew: true, line: offset + 1, text: text)
      case .remove(let offset, let text, _): Change(isNew: false, line: offset + 1, text: text)
      }
    }
    // What went stands before what came in its place.
    changes = all.sorted { ($0.line, $0.isNew ? 1 : 0) < ($1.line, $1.isNew ? 1 : 0) }
  }

  /// Compares what was applied with a file as it is now.
  init(from old: String, toFile file: String) throws(SourceFileError) {
    self.init(from: old, to: try SourceText.decode(SourceFiles.bytes(ofFile: file), file: file))
  }

  private static func lines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0) }
  }
}

extension LineDifference: CustomStringConvertible {
  /// The first changes, one a line, with `-` for what was applied and `+` for what is there now.
  package var description: String {
    let limit = 12
    var lines = changes.prefix(limit).map { change in
      "\(change.isNew ? "+" : "-")\(change.line): \(MigrationError.shortened(change.text, limit: 100))"
    }
    if changes.count > limit { lines.append("… and \(changes.count - limit) more") }
    return lines.joined(separator: "\n")
  }
}
