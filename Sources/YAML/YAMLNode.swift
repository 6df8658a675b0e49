/// A value of a YAML document, and the line it begins on.
package struct YAMLNode: Sendable, Equatable {
  /// What a value can be.
  package enum Content: Sendable, Equatable {
    /// A text, number or truth value, as written; nil is null.
    case scalar(String?)
    /// A list.
    case sequence([YAMLNode])
    /// Keys and values in the order they are written.
    case mapping([Member])
  }

  /// A key with its value.
  package struct Member: Sendable, Equatable {
    /// The key.
    package var key: String
    /// The line of the key, from 1.
    package var line: Int
    /// The value.
    package var value: YAMLNode
  }

  /// What it is.
  package var content: Content
  /// The line it begins on, from 1.
  package var line: Int

  /// A value at a line.
  package init(content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// The text of a scalar; nil for null and for everything else.
  package var text: String? {
    if case .scalar(let text) = content { return text }
    return nil
  }

  /// True for null.
  package var isNull: Bool { content == .scalar(nil) }

  /// The elements of a sequence; nil for anything else.
  package var elements: [YAMLNode]? {
    if case .sequence(let elements) = content { return elements }
    return nil
  }

  /// The members of a mapping; nil for anything else.
  package var members: [Member]? {
    if case .mapping(let members) = content { return members }
    return nil
  }
}

/// YAML that cannot be read.
package struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  package var message: String
  /// The line it is on, from 1.
  package var line: Int

  /// What is wrong, with the line.
  package var description: String { "line \(line): \(message)" }
}
