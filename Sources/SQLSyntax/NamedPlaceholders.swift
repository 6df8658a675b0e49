/// SQL text whose `:name` placeholders became `$1`, `$2` and so on.
///
/// A colon in a string, a comment, a quoted identifier, a `::` cast or an array's slice is none.
package struct NamedPlaceholders: Sendable, Equatable {
  /// The text with numbers.
  package let edited: EditedText
  /// The names in the order of their numbers, each once.
  package let names: [String]

  /// Reads the placeholders of `sql`.
  ///
  /// - Throws: `SyntaxError` when a string, comment or quoted identifier does not end.
  package init(parsing sql: String) throws(SyntaxError) {
    let tokens = try Token.all(in: sql)
    var names: [String] = []
    var pieces: [(range: Range<Int>, text: String)] = []
    var brackets = 0
    for (index, token) in tokens.enumerated() {
      switch token.text {
      case "[": brackets += 1
      case "]": brackets = max(0, brackets - 1)
      default: break
      }
      guard token.text == ":", index + 1 < tokens.count else { continue }
      let name = tokens[index + 1]
      guard name.range.lowerBound == token.range.upperBound, name.isName else { continue }
      // In `a[1:n]` the colon stands between two bounds.
      if brackets > 0, index > 0, tokens[index - 1].endsExpression { continue }
      let number: Int
      if let known = names.firstIndex(where: { $0.utf8.elementsEqual(name.text.utf8) }) {
        number = known + 1
      } else {
        names.append(name.text)
        number = names.count
      }
      pieces.append((token.range.lowerBound..<name.range.upperBound, "$\(number)"))
    }
    self.names = names
    edited = EditedText(sql, replacing: pieces)
  }
}

extension Token {
  /// True for a word, a key word or a number.
  fileprivate var isName: Bool {
    guard let first = text.utf8.first else { return false }
    let isWord =
      first == 95 || first >= 128 || (65...90).contains(first) || (97...122).contains(first)
    // Of `1.5` or `x'00'` no name is made.
    return (isWord || (48...57).contains(first))
      && text.utf8.allSatisfy {
        $0 == 95 || $0 == 36 || $0 >= 128 || (48...57).contains($0) || (65...90).contains($0)
          || (97...122).contains($0)
      }
  }

  /// True when something that has a value may end with it.
  fileprivate var endsExpression: Bool {
    isName || text == ")" || text == "]" || text.last == "\"" || text.last == "'"
      || text.utf8.first == UInt8(ascii: "$")
  }
}
