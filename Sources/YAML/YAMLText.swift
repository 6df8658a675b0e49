internal import Wording

/// Writes values of YAML.
package enum YAMLText {
  /// A text as one value, in quotes where it would be read as something else.
  package static func scalar(_ text: String) -> String {
    let isPlain =
      text.unicodeScalars.first.map {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == "_"
      } == true
      && text.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || ["_", "-", ".", "/"].contains($0)
      }
      && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    // A string of JSON is one of YAML (YAML 1.2, section 1.3) where all of it can be printed.
    return isPlain ? text : JSONText.quoted(text).unicodeScalars.map(escaped).joined()
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    guard isSpecial(scalar) else { return String(scalar) }
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// YAML 1.1, section 5.1 and 5.4: these must not stand in a text as they are, or end a line.
  private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x20, 0x7f...0x9f, 0x2028, 0x2029, 0xfffe, 0xffff: true
    default: false
    }
  }

  /// A text as a key.
  package static func key(_ text: String) -> String { scalar(text) }

  /// A text that cannot leave the comment it stands in, whatever a table is called.
  package static func comment(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isSpecial($0) ? " " : $0 }))
  }

  /// A list on one line.
  package static func list(_ texts: [String]) -> String {
    "[" + texts.map { scalar($0) }.joined(separator: ", ") + "]"
  }
}
