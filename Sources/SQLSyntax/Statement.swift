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

  /// The place in the whole text that an error of the server about this statement is about.
  ///
  /// - Parameter position: The server's position in the statement, in code points from 1; nil or 1 is
  ///   its beginning.
  public func location(ofPosition position: Int?) -> SourceLocation {
    guard let position, position > 1 else { return location }
    let scalars = text.unicodeScalars
    let index =
      scalars.index(scalars.startIndex, offsetBy: position - 1, limitedBy: scalars.endIndex)
      ?? scalars.endIndex
    let before = text.utf8[..<index]
    guard let lineEnd = before.lastIndex(of: UInt8(ascii: "\n")) else {
      return SourceLocation(line: location.line, column: location.column + text[..<index].count)
    }
    return SourceLocation(
      line: location.line + before.count { $0 == UInt8(ascii: "\n") },
      column: text[text.utf8.index(after: lineEnd)..<index].count + 1)
  }
}
