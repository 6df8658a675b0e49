/// SQL text that PostgreSQL's own parser refuses.
public struct SyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the parser says, for example `syntax error at or near "FORM"`.
  public var message: String
  /// Offset into the UTF-8 text at which the parser stopped; nil when it names no place.
  public var utf8Offset: Int?

  /// An error with the parser's words and the place they are about.
  public init(message: String, utf8Offset: Int? = nil) {
    self.message = message
    self.utf8Offset = utf8Offset
  }

  /// The parser's words.
  public var description: String { message }
}
