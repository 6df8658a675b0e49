/// A change of a document's text that leaves every other line as it is, with its comments.
///
/// It knows mappings that are written over several lines, as people write files of configuration. What
/// came out is parsed again: where it says anything but what was asked for, nothing is given back.
package struct YAMLEdit: Sendable {
  /// A key and what it shall say; nil takes it away.
  package typealias Change = (key: String, value: Value?)

  /// What a key says.
  package enum Value: Sendable, Equatable, ExpressibleByStringLiteral {
    /// A text, whatever it would be without quotes.
    case text(String)
    /// A truth value.
    case flag(Bool)

    /// A text.
    package init(stringLiteral text: String) { self = .text(text) }

    var plain: String {
      switch self {
      case .text(let text): text
      case .flag(let isOn): isOn ? "true" : "false"
      }
    }

    var written: String {
      if case .text(let text) = self { YAMLText.scalar(text) } else { plain }
    }
  }

  /// Each with what ends it.
  private var lines: [String]
  /// What ends lines that are added.
  private let lineEnd: String
  private let root: YAMLNode?

  /// A change of `text`.
  ///
  /// - Throws: `YAMLError` for what is no YAML.
  package init(_ text: String) throws(YAMLError) {
    root = try YAMLDocument.parse(text)
    lines = Self.lines(of: text)
    lineEnd = lines.first?.hasSuffix("\r\n") == true ? "\r\n" : "\n"
  }

  /// The lines as libyaml counts them, by whose numbers they are found.
  ///
  /// YAML 1.1, section 5.4: also a carriage return, and Unicode's own ends of lines and paragraphs.
  private static func lines(of text: String) -> [String] {
    var lines: [String] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var next = start
    while next < scalars.endIndex {
      let scalar = scalars[next]
      next = scalars.index(after: next)
      guard ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) else { continue }
      if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" {
        next = scalars.index(after: next)
      }
      lines.append(String(scalars[start..<next]))
      start = next
    }
    if start < scalars.endIndex { lines.append(String(scalars[start...])) }
    return lines
  }

  private static func isBlank(_ line: String) -> Bool {
    line.drop { $0 == " " }.first?.isNewline ?? true
  }

  /// The text with keys changed in the mapping `name` of the mapping `section`; both are made where they
  /// are missing.
  ///
  /// - Throws: `YAMLError` for a document whose text cannot be changed so.
  package consuming func setting(
    _ changes: [Change], in name: String, of section: String
  ) throws(YAMLError) -> String {
    let written = changes.compactMap { change in
      change.value.map { "\(change.key): \($0.written)" }
    }
    if let part = try members(of: root, named: section, at: 1) {
      try change(changes, in: name, of: part)
    } else {
      var block = ["\(section):", "  \(YAMLText.scalar(name)):"] + written.map { "    " + $0 }
      if lines.contains(where: { !Self.isBlank($0) }) { block.insert("", at: 0) }
      replace(lines.count + 1..<lines.count + 1, with: block)
    }
    let text = lines.joined()
    try check(text, changes, in: name, of: section)
    return text
  }

  /// Puts lines without their ends in the place of others, which are numbered from 1.
  private mutating func replace(_ range: Range<Int>, with added: [String]) {
    let before = range.lowerBound - 2
    if before >= 0, !added.isEmpty, lines[before].last?.isNewline == false {
      lines[before] += lineEnd
    }
    lines.replaceSubrange(
      range.lowerBound - 1..<range.upperBound - 1, with: added.map { $0 + lineEnd })
  }

  // MARK: - Places

  /// A mapping of the text, as lines from 1.
  private struct Part {
    var key: YAMLNode.Member
    var members: [YAMLNode.Member]
    /// The first line behind it.
    var end: Int
  }

  private func members(
    of node: YAMLNode?, named name: String, at line: Int
  ) throws(YAMLError) -> Part? {
    guard let all = node?.members else {
      guard node == nil || node?.isNull == true else { throw Self.unfit(line) }
      return nil
    }
    return try part(name, in: all, until: lines.count + 1)
  }

  private func part(
    _ name: String, in members: [YAMLNode.Member], until end: Int
  ) throws(YAMLError) -> Part? {
    guard let index = members.firstIndex(where: { $0.key == name }) else { return nil }
    let member = members[index]
    let next = index + 1 < members.count ? members[index + 1].line : end
    let inner = member.value.isNull ? [] : member.value.members
    guard let inner, inner.allSatisfy({ $0.line > member.line }),
      Set(inner.map(\.line)).count == inner.count
    else { throw Self.unfit(member.line) }
    return Part(key: member, members: inner, end: next)
  }

  private static func unfit(_ line: Int) -> YAMLError {
    YAMLError(
      message: "this is not written as keys over several lines, each on its own", line: line)
  }

  private func indentation(ofLine line: Int) -> String {
    String(lines[line - 1].prefix { $0 == " " })
  }

  /// The line behind the last one that holds something of what ends before `end`: comments and empty lines
  /// that follow belong to what comes next.
  private func contentEnd(from start: Int, until end: Int) -> Int {
    var end = min(end, lines.count + 1)
    while end > start + 1 {
      let text = lines[end - 2].drop { $0 == " " }
      guard
        Self.isBlank(lines[end - 2]) || text.hasPrefix("#")
          || text.prefix(while: { !$0.isNewline }) == "..."
      else { break }
      end -= 1
    }
    return end
  }

  // MARK: - Changing

  private mutating func change(
    _ changes: [Change], in name: String, of section: Part
  ) throws(YAMLError) {
    let outer =
      section.members.first.map { indentation(ofLine: $0.line) }
      ?? indentation(ofLine: section.key.line) + "  "
    guard let part = try part(name, in: section.members, until: section.end) else {
      let end = contentEnd(from: section.key.line, until: section.end)
      let written = changes.compactMap { change in
        change.value.map { outer + "  \(change.key): \($0.written)" }
      }
      replace(end..<end, with: ["\(outer)\(YAMLText.scalar(name)):"] + written)
      return
    }
    let inner = part.members.first.map { indentation(ofLine: $0.line) } ?? outer + "  "
    var edits: [(range: Range<Int>, text: [String])] = []
    var added: [String] = []
    for change in changes {
      let text = change.value.map { "\(inner)\(change.key): \($0.written)" }
      guard let index = part.members.firstIndex(where: { $0.key == change.key }) else {
        if let text { added.append(text) }
        continue
      }
      let member = part.members[index]
      // What it says already it goes on saying in its own way, with its comment.
      if let value = change.value, member.value.text == value.plain { continue }
      let next = index + 1 < part.members.count ? part.members[index + 1].line : part.end
      let end = contentEnd(from: member.line, until: next)
      let note = end == member.line + 1 ? comment(behind: member) : ""
      edits.append((member.line..<end, text.map { [$0 + note] } ?? []))
    }
    let end = contentEnd(from: part.key.line, until: part.end)
    if !added.isEmpty { edits.append((end..<end, added)) }
    // From below, so that the lines above keep their numbers.
    for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      replace(edit.range, with: edit.text)
    }
  }

  /// The comment behind a value that ends on its line, with the blanks before it.
  private func comment(behind member: YAMLNode.Member) -> Substring {
    let line = lines[member.line - 1].prefix { !$0.isNewline }
    for mark in line.indices where line[mark] == "#" {
      let said = try? YAMLDocument.parse(String(line[..<mark]))
      guard said?.members?.first?.value.text == member.value.text else { continue }
      let blanks = line[..<mark].reversed().prefix { $0 == " " || $0 == "\t" }.count
      // Without a blank before it, it would be part of the value.
      if blanks > 0 { return line[line.index(mark, offsetBy: -blanks)...] }
    }
    return ""
  }

  private func check(
    _ text: String, _ changes: [Change], in name: String, of section: String
  ) throws(YAMLError) {
    let wanted = Self.changed(root, section) { part in
      Self.changed(part, name) { entry in
        var members = entry?.members ?? []
        for change in changes {
          let value = change.value.map { YAMLNode(content: .scalar($0.plain), line: 0) }
          if let index = members.firstIndex(where: { $0.key == change.key }) {
            if let value { members[index].value = value } else { members.remove(at: index) }
          } else if let value {
            members.append(YAMLNode.Member(key: change.key, line: 0, value: value))
          }
        }
        return YAMLNode(content: .mapping(members), line: 0)
      }
    }
    // The numbers of an error's lines would be those of the new text.
    guard let found = try? YAMLDocument.parse(text), Self.isSame(found, wanted) else {
      let outer = root?.members?.first { $0.key == section }
      let inner = outer?.value.members?.first { $0.key == name }
      throw YAMLError(
        message: "\(section).\(name) cannot be changed without other lines",
        line: (inner ?? outer)?.line ?? 1)
    }
  }

  private static func changed(
    _ node: YAMLNode?, _ key: String, _ change: (YAMLNode?) -> YAMLNode
  ) -> YAMLNode {
    var members = node?.members ?? []
    if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].value = change(members[index].value)
    } else {
      members.append(YAMLNode.Member(key: key, line: 0, value: change(nil)))
    }
    return YAMLNode(content: .mapping(members), line: 0)
  }

  /// True for two values that say the same, wherever they stand.
  private static func isSame(_ first: YAMLNode, _ second: YAMLNode) -> Bool {
    switch (first.content, second.content) {
    case (.scalar(let first), .scalar(let second)): return first == second
    case (.sequence(let first), .sequence(let second)):
      return first.count == second.count && zip(first, second).allSatisfy { isSame($0, $1) }
    case (.mapping(let first), .mapping(let second)):
      return first.count == second.count
        && first.allSatisfy { member in
          second.first { $0.key == member.key }.map { isSame(member.value, $0.value) } ?? false
        }
    default: return false
    }
  }
}
