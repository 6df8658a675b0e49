/// Reads and changes constraints as `pg_get_constraintdef` and `pg_get_indexdef` write them.
enum ConstraintDefinition {
  /// The definition with `element` as the first in its list of columns.
  static func inserting(_ element: String, into definition: String) -> String {
    guard let open = brackets(in: definition).first else { return definition }
    let start = definition.index(after: open.start)
    return definition[..<start] + element + ", " + definition[start...]
  }

  /// What a foreign key says after the columns it refers to, such as ` ON DELETE CASCADE`.
  static func actions(ofForeignKey definition: String) -> String {
    let pairs = brackets(in: definition)
    guard pairs.count > 1 else { return "" }
    return String(definition[definition.index(after: pairs[1].end)...])
  }

  /// True when one pair of parentheses is around all of an expression.
  static func isBracketed(_ expression: String) -> Bool {
    guard let first = brackets(in: expression).first else { return false }
    return first.start == expression.startIndex
      && expression.index(after: first.end) == expression.endIndex
  }

  /// The outermost pairs of parentheses, apart from those in quoted names and strings.
  private static func brackets(
    in definition: String
  ) -> [(start: String.Index, end: String.Index)] {
    var result: [(start: String.Index, end: String.Index)] = []
    var starts: [String.Index] = []
    var quote: Character?
    for index in definition.indices {
      let character = definition[index]
      if let open = quote {
        // A quote that is written twice closes and opens again.
        if character == open { quote = nil }
        continue
      }
      switch character {
      case "\"", "'": quote = character
      case "(": starts.append(index)
      case ")":
        if let start = starts.popLast(), starts.isEmpty { result.append((start, index)) }
      default: continue
      }
    }
    return result
  }
}
