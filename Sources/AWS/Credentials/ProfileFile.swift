/// A configuration or credentials file of AWS's tools.
///
/// AWS SDKs and Tools Reference Guide, "Shared config and credentials files": sections in brackets,
/// `key = value` below them, comments in lines of their own; what is indented belongs to the key
/// above it.
struct ProfileFile: Equatable {
  /// The keys and values of each section, by the section's whole name.
  private(set) var sections: [String: [String: String]] = [:]

  /// Reads a file's text.
  ///
  /// - Throws: `AWSError` with file and line.
  init(_ text: String, file: String) throws(AWSError) {
    var section: String?
    var key: String?
    // Windows ends lines with two characters, which are one to Swift and not a line feed.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let content = line.trimmed
      if content.isEmpty || content.first == "#" || content.first == ";" { continue }
      if content.first == "[" {
        guard let end = content.firstIndex(of: "]") else {
          throw Self.error("the section has no ] at its end", file, index)
        }
        let name = content[content.index(after: content.startIndex)..<end]
        // `[profile  x]` is `[profile x]`.
        let words = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        section = words
        sections[words, default: [:]] = sections[words] ?? [:]
        key = nil
        continue
      }
      guard let section else { throw Self.error("a value stands before any section", file, index) }
      if line.first?.isWhitespace == true, let key {
        // A nested value: `s3 =` and below it `  max_queue_size = 1000`.
        let before = sections[section]?[key] ?? ""
        sections[section]?[key] = before + (before.isEmpty ? "" : "\n") + content
        continue
      }
      guard let equals = content.firstIndex(of: "=") else {
        throw Self.error("the line is no key = value", file, index)
      }
      let name = content[..<equals].trimmed.lowercased()
      guard !name.isEmpty else { throw Self.error("the line has no key", file, index) }
      sections[section]?[name] = String(content[content.index(after: equals)...].trimmed)
      key = name
    }
  }

  /// The line itself may hold a secret, so it is not quoted.
  private static func error(_ reason: String, _ file: String, _ index: Int) -> AWSError {
    AWSError(.configuration, "\(file):\(index + 1): \(reason)")
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
