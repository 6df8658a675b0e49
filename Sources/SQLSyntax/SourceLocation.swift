/// A place in a text as an editor shows it.
public struct SourceLocation: Sendable, Equatable, Hashable, CustomStringConvertible {
  /// Line, counted from 1.
  public var line: Int
  /// Column in characters, counted from 1.
  public var column: Int

  /// A place by line and column, both counted from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The place of the byte at `utf8Offset` of `text`; past the end it is the end.
  public init(utf8Offset: Int, in text: String) {
    var line = 1
    var lineStart = text.utf8.startIndex
    let limit =
      text.utf8.index(
        text.utf8.startIndex, offsetBy: max(0, utf8Offset), limitedBy: text.utf8.endIndex)
      ?? text.utf8.endIndex
    var index = text.utf8.startIndex
    while index < limit {
      if text.utf8[index] == UInt8(ascii: "\n") {
        line += 1
        lineStart = text.utf8.index(after: index)
      }
      index = text.utf8.index(after: index)
    }
    self.line = line
    self.column = text[lineStart..<limit].count + 1
  }

  /// `line:column`.
  public var description: String { "\(line):\(column)" }
}
