/// One SQL statement of a text, and where it stands there.
public struct Statement: Sendable, Equatable {
  /// The statement without its semicolon and without the white space and comments before it.
  public var text: String
  /// Offset of its first byte in the whole text.
  public var utf8Offset: Int
  /// Where it begins in the whole text.
  public var location: SourceLocation

  /// A statement at a known place.
  public init(text: String, utf8Offset: Int, location: SourceLocation) {
    self.text = text
    self.utf8Offset = utf8Offset
    self.location = location
  }

  /// The kind of statement this is, from the syntax tree.
  public var kind: StatementKind { StatementKind(parsing: text) }
}
