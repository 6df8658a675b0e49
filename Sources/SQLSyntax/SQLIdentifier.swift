/// A name of a PostgreSQL object, quoted where it has to be.
///
/// The one place where identifiers become SQL text.
/// PostgreSQL manual, section 4.1.1 "Identifiers and Key Words".
public enum SQLIdentifier {
  /// `name` as a quoted identifier: always in double quotes, so no keyword list is needed.
  ///
  /// - Throws: `SyntaxError` when `name` holds a NUL, which no PostgreSQL name can.
  public static func quoted(_ name: String) throws(SyntaxError) -> String {
    guard !name.utf8.contains(0) else {
      throw SyntaxError(message: "a name may not contain a NUL character")
    }
    return "\"" + doubling("\"", in: name) + "\""
  }

  /// `name` as a person would write it: bare when it is a plain lower-case word that is no key
  /// word.
  public static func readable(_ name: String) throws(SyntaxError) -> String {
    let bytes = Array(name.utf8)
    let isPlain =
      bytes.first.map { isLowercaseLetter($0) || $0 == UInt8(ascii: "_") } == true
      && bytes.allSatisfy {
        isLowercaseLetter($0) || $0 == UInt8(ascii: "_")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
    if isPlain, !Scanner.isReservedWord(name) { return name }
    return try quoted(name)
  }

  /// `schema.name`, each part as `readable` gives it.
  public static func readable(schema: String, name: String) throws(SyntaxError) -> String {
    try readable(schema) + "." + readable(name)
  }

  private static func isLowercaseLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}

/// `text` with each occurrence of `mark` written twice.
///
/// Looks at scalars: a quote with an accent on it is one character to Swift, and a quote to
/// PostgreSQL.
func doubling(_ mark: Unicode.Scalar, in text: String) -> String {
  guard text.unicodeScalars.contains(mark) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar == mark { result.unicodeScalars.append(scalar) }
    result.unicodeScalars.append(scalar)
  }
  return result
}
