@testable import YAML

extension FuzzTarget {
  /// What is written is read back, and a change of one entry leaves every other line as it is.
  ///
  /// The first line of an input names section, entry, key and value; no value takes the key away.
  static let yaml = FuzzTarget(name: "yaml") { input in
    let parts = parts(input, 2)
    let words = parts[0].split(separator: " ", maxSplits: 3).map { String($0) }
    // YAML takes keys of up to 1024 characters, which names of PostgreSQL's never have.
    try isReadBack(String(String.UnicodeScalarView(parts[0].unicodeScalars.prefix(100))))
    guard let edit = try? YAMLEdit(parts[1]), words.count >= 3, words[2].isWord else { return }
    let value = words.count > 3 ? words[3] : nil
    guard
      let edited = try? edit.setting(
        [(key: words[2], value: value.map { .text($0) })], in: words[1], of: words[0])
    else { return }
    let entry = try YAMLDocument.parse(edited)?.member(words[0])?.member(words[1])
    try hold(
      entry?.member(words[2])?.text == value, "\(edited.debugDescription) does not say \(words)")
    try keepsLines(of: parts[1], edited, section: words[0], entry: words[1])
  }

  private static func isReadBack(_ text: String) throws {
    let document =
      "\(YAMLText.key(text)): \(YAMLText.list([text, text]))\n# \(YAMLText.comment(text))"
    let member = try YAMLDocument.parse(document)?.members?.first
    try hold(
      member?.key.utf8.elementsEqual(text.utf8) == true, "\(document) has another key")
    try hold(
      member?.value.elements?.map(\.text) == [text, text], "\(document) has another value")
  }

  private static func keepsLines(
    of text: String, _ edited: String, section: String, entry: String
  ) throws {
    // Libyaml counts lines at other characters too.
    guard
      !text.unicodeScalars.contains(where: {
        "\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0)
      })
    else { return }
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    let root = try YAMLDocument.parse(text)
    let touched = root?.range(of: section).flatMap { outer in
      root?.member(section)?.range(of: entry, end: outer.upperBound)
    }
    var rest = edited.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)[...]
    for (index, line) in lines.enumerated()
    where !line.isEmpty && touched?.contains(index + 1) != true {
      guard let place = rest.firstIndex(where: { $0.elementsEqual(line) }) else {
        throw Falsehood("line \(index + 1) of \(text.debugDescription) is lost: \(edited)")
      }
      rest = rest[(place + 1)...]
    }
  }
}

extension YAMLNode {
  fileprivate func member(_ key: String) -> YAMLNode? { members?.first { $0.key == key }?.value }

  /// The lines of a member, up to those of the next one.
  fileprivate func range(of key: String, end: Int = .max) -> Range<Int>? {
    guard let members, let index = members.firstIndex(where: { $0.key == key }) else { return nil }
    let next = index + 1 < members.count ? members[index + 1].line : end
    return members[index].line..<max(members[index].line + 1, next)
  }
}

extension String {
  /// True for what is a key without quotes.
  fileprivate var isWord: Bool { YAMLText.key(self) == self }
}
