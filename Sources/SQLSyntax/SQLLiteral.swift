/// A string constant of SQL.
///
/// The one place where values become SQL text; wherever a parameter (`$1`) can be used, use that.
/// PostgreSQL manual, section 4.1.2 "Constants".
public enum SQLLiteral {
  /// `value` as a string constant that means the same whatever `standard_conforming_strings` says.
  ///
  /// - Throws: `SyntaxError` when `value` holds a NUL, which no PostgreSQL text can.
  public static func quoted(_ value: String) throws(SyntaxError) -> String {
    guard !value.utf8.contains(0) else {
      throw SyntaxError(message: "a text value may not contain a NUL character")
    }
    let doubled = doubling("'", in: value)
    guard value.utf8.contains(UInt8(ascii: "\\")) else { return "'" + doubled + "'" }
    return "E'" + doubling("\\", in: doubled) + "'"
  }

  /// `value` as `quoted` writes it, or the key word NULL.
  public static func quoted(_ value: String?) throws(SyntaxError) -> String {
    guard let value else { return "NULL" }
    return try quoted(value)
  }
}
