/// Text in which nothing is hidden, and which every format may hold.
///
/// Control characters, marks that turn the direction of writing and code points that are no characters
/// become visible, as `\u{202e}`: XML forbids some of them, and the others forge what a reader sees.
enum LegalText {
  /// A text on one line.
  static func line(_ text: String) -> String {
    // Nearly every text is plain, and looking up what kind of character each is takes time.
    if text.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return text }
    let visible = TextRenderer.visible(text)
    guard visible.unicodeScalars.contains(where: \.properties.isNoncharacterCodePoint) else {
      return visible
    }
    var result = ""
    for scalar in visible.unicodeScalars {
      if scalar.properties.isNoncharacterCodePoint {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A text on one line, shortened to about so many characters.
  static func line(_ text: String, atMost limit: Int) -> String {
    line(shortened(text, to: limit))
  }

  /// A text whose lines and tabs stay.
  static func block(_ text: String) -> String {
    if !text.utf8.contains(where: { $0 < 0x20 || 0x7F <= $0 }) { return text }
    return lines(text).map { line in
      line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        .map { Self.line(String(Substring($0))) }.joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// A text whose lines and tabs stay, shortened to about so many characters.
  static func block(_ text: String, atMost limit: Int) -> String {
    block(shortened(text, to: limit))
  }

  /// The lines of a text, whichever way they end.
  private static func lines(_ text: String) -> [Substring] {
    // As bytes: "\r\n" is one Character, which is no "\n".
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  private static func shortened(_ text: String, to limit: Int) -> String {
    // A Character may be a megabyte of combining marks; a scalar is four bytes at most.
    let scalars = text.unicodeScalars
    guard text.utf8.count > limit,
      let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + " …"
  }
}
