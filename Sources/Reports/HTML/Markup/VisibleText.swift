/// Texts as a page may show them: nothing hidden in them, and not without end.
///
/// A mark that turns the direction of writing makes a reader see another name than the one that is
/// there, and a name of a megabyte would bury the rest of the page.
enum VisibleText {
  /// A text on one line.
  static func line(_ text: String, limit: Int = 400) -> String {
    shown(cut(text, limit), keepingLines: false)
  }

  /// A text that keeps its line breaks and tabs.
  static func block(_ text: String, limit: Int = 6_000) -> String {
    shown(cut(text, limit), keepingLines: true)
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

  private static func shown(_ text: String, keepingLines: Bool) -> String {
    guard text.unicodeScalars.contains(where: { isHidden($0, keepingLines) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar, keepingLines) {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isHidden(_ scalar: Unicode.Scalar, _ keepingLines: Bool) -> Bool {
    if keepingLines, scalar == "\n" || scalar == "\t" { return false }
    if scalar.value >= 0x20, scalar.value < 0x7F { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    // HTML forbids these, so a checker would call the page invalid.
    case .unassigned: scalar.properties.isNoncharacterCodePoint
    default: false
    }
  }
}
