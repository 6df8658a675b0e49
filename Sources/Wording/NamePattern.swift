/// Patterns for names, in which `*` stands for any characters and `?` for one.
package enum NamePattern {
  /// True when a whole name is as a pattern says.
  package static func matches(_ pattern: String, _ text: String) -> Bool {
    matches(Substring(pattern), Substring(text))
  }

  private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return matches(pattern.dropFirst(), text)
        || (!text.isEmpty && matches(pattern, text.dropFirst()))
    }
    guard let character = text.first, first == "?" || first == character else { return false }
    return matches(pattern.dropFirst(), text.dropFirst())
  }
}
