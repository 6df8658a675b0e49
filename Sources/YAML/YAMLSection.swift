/// A mapping of a file that is read key by key, and keeps account of the keys that were read.
///
/// Unknown keys are errors: a misspelt key that is silently ignored would leave a default in force
/// unnoticed.
package struct YAMLSection: Sendable {
  /// Its keys and values in the order they are written.
  package let members: [YAMLNode.Member]
  /// The line it begins on, from 1.
  package let line: Int
  /// The file, for messages.
  package let file: String
  private let path: String
  private var unread: [String]

  /// A section from its node.
  ///
  /// - Parameters:
  ///   - path: The keys that lead to it, joined by dots; empty for the whole file.
  ///   - file: The file, for messages.
  /// - Throws: `YAMLSectionError` for anything but a mapping.
  package init(_ node: YAMLNode, path: String, file: String) throws(YAMLSectionError) {
    self.path = path
    self.file = file
    line = node.line
    guard let members = node.members else {
      let name = path.isEmpty ? "the file" : path
      throw YAMLSectionError("\(name) must hold keys and values", file: file, line: node.line)
    }
    self.members = members
    unread = members.map(\.key)
  }

  /// The value of `key` as it is; nil for null and for a key that is not there.
  package mutating func node(_ key: String) -> YAMLNode? {
    unread.removeAll { $0 == key }
    let node = members.first { $0.key == key }?.value
    return node?.isNull == true ? nil : node
  }

  /// One value as it is written.
  ///
  /// - Throws: `YAMLSectionError` for a list or a mapping.
  package mutating func text(_ key: String) throws(YAMLSectionError) -> String? {
    guard let node = node(key) else { return nil }
    guard let text = node.text else {
      throw error("\(full(key)) must be one value", line: node.line)
    }
    return text
  }

  /// A truth value.
  ///
  /// - Throws: `YAMLSectionError` for anything but `true` and `false`.
  package mutating func flag(_ key: String) throws(YAMLSectionError) -> Bool? {
    guard let text = try text(key) else { return nil }
    guard let isOn = ["true": true, "false": false][text] else {
      throw error("\(full(key)) must be true or false", at: key)
    }
    return isOn
  }

  /// A list of values; one value stands for a list of one.
  ///
  /// - Throws: `YAMLSectionError` for anything else.
  package mutating func texts(_ key: String) throws(YAMLSectionError) -> [String] {
    guard let node = node(key) else { return [] }
    if let single = node.text { return [single] }
    let texts = node.elements?.compactMap(\.text) ?? []
    guard node.elements?.count == texts.count else {
      throw error("\(full(key)) must be a list of values", line: node.line)
    }
    return texts
  }

  /// A mapping under `key`.
  ///
  /// - Throws: `YAMLSectionError` for anything else.
  package mutating func section(_ key: String) throws(YAMLSectionError) -> YAMLSection? {
    guard let node = node(key) else { return nil }
    return try YAMLSection(node, path: full(key), file: file)
  }

  /// A list of mappings.
  ///
  /// - Throws: `YAMLSectionError` for anything else.
  package mutating func sections(_ key: String) throws(YAMLSectionError) -> [YAMLSection] {
    guard let node = node(key) else { return [] }
    guard let elements = node.elements else {
      throw error("\(full(key)) must be a list", line: node.line)
    }
    var sections: [YAMLSection] = []
    for (index, element) in elements.enumerated() {
      sections.append(
        try YAMLSection(element, path: "\(full(key))[\(index + 1)]", file: file))
    }
    return sections
  }

  /// A value that must be there and not empty; `meaning` says what it is.
  ///
  /// - Throws: `YAMLSectionError` when it is not.
  package mutating func required(
    _ key: String, _ meaning: String
  ) throws(YAMLSectionError) -> String {
    guard let text = try text(key), text.contains(where: { !$0.isWhitespace }) else {
      throw error("\(full(key)) is missing: \(meaning)", at: key)
    }
    return text
  }

  /// Refuses keys that nobody asked for.
  ///
  /// - Throws: `YAMLSectionError` that names the first one.
  package func finish() throws(YAMLSectionError) {
    guard let key = unread.first, let member = members.first(where: { $0.key == key }) else {
      return
    }
    throw error("\(full(key)) is not a setting that dbtool knows", line: member.line)
  }

  /// An error at a line of the file.
  package func error(_ message: String, line: Int) -> YAMLSectionError {
    YAMLSectionError(message, file: file, line: line)
  }

  /// An error about the value of `key`, or about the whole when it has none.
  package func error(
    _ message: String, at key: String, remedy: String? = nil
  ) -> YAMLSectionError {
    let line = members.first { $0.key == key }?.line ?? line
    return YAMLSectionError(message, file: file, line: line, remedy: remedy)
  }

  /// The keys that lead to `key`, joined by dots.
  package func full(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
}
