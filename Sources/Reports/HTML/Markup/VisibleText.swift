/// Texts as a page may show them: nothing hidden in them, and not without end.
///
/// A mark that turns the direction of writing makes a reader see another name than the one that is
/// there, and a name of a megabyte would bury the rest of the page.
enum VisibleText {
  /// A text on one line.
  static func line(_ text: String, limit: Int = 400) -> String {
    LegalText.line(cut(text, limit))
  }

  /// A text that keeps its line breaks and tabs.
  static func block(_ text: String, limit: Int = 6_000) -> String {
    LegalText.block(cut(text, limit))
  }

  private static func cut(_ text: String, _ limit: Int) -> String {
    // Bytes are counted first, since they are never fewer than characters and cost nothing.
    guard text.utf8.count > limit else { return text }
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    let left = scalars.distance(from: end, to: scalars.endIndex)
    return String(scalars[..<end]) + "… (\(left) more characters; the JSON report has them)"
  }
}
