/// How a file writes rows.
package enum RowFormat: String, Sendable, Equatable, CaseIterable {
  /// Comma separated values as RFC 4180 has them, and PostgreSQL's COPY.
  case csv
  /// Tab separated values as PostgreSQL's COPY writes them, below a line with the columns' names.
  case tsv
  /// An object of JSON on each line.
  case jsonLines

  /// The endings of files' names.
  var suffixes: [String] {
    switch self {
    case .csv: [".csv"]
    case .tsv: [".tsv"]
    case .jsonLines: [".jsonl", ".ndjson"]
    }
  }

  /// The format of a file and the ending that tells; nil for other files.
  static func of(_ name: String) -> (format: RowFormat, suffix: String)? {
    for format in allCases {
      if let suffix = format.suffixes.first(where: { name.hasSuffix($0) }) {
        return (format, suffix)
      }
    }
    return nil
  }
}
