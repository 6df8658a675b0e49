/// The `$1`, `$2` … of a statement.
package struct NumberedPlaceholders: Sendable, Equatable {
  /// One placeholder, and the type that it is cast to where it stands.
  package struct Place: Sendable, Equatable {
    /// The bytes of `$n`, with a `::type` that follows directly.
    var range: Range<Int>
    /// The number n.
    package var number: Int
    /// The type as it is written, for example `uuid` or `pg_catalog.int8[]`; nil without a cast.
    package var type: String?
    /// True for `$n::type`, whose cast belongs to `range`.
    var hasCast: Bool
  }

  /// The placeholders in the text's order.
  package let places: [Place]
  private let sql: String

  /// Reads the placeholders of `sql`.
  ///
  /// - Throws: `SyntaxError` when a string, comment or quoted identifier does not end.
  package init(parsing sql: String) throws(SyntaxError) {
    self.sql = sql
    // Most statements have none, and scanning costs more than looking.
    guard sql.utf8.contains(UInt8(ascii: "$")) else {
      places = []
      return
    }
    let tokens = try Token.all(in: sql).filter { !$0.isComment }
    var places: [Place] = []
    for (index, token) in tokens.enumerated() {
      guard token.text.utf8.first == UInt8(ascii: "$"), let number = Int(token.text.dropFirst())
      else { continue }
      let next = index + 1 < tokens.count ? tokens[index + 1].text.lowercased() : ""
      if next == "::", let type = Self.type(tokens[(index + 2)...]) {
        places.append(
          Place(
            range: token.range.lowerBound..<type.end, number: number, type: type.text,
            hasCast: true))
      } else if next == "as", index >= 2, tokens[index - 1].text == "(",
        tokens[index - 2].text.lowercased() == "cast", let type = Self.type(tokens[(index + 2)...])
      {
        places.append(
          Place(range: token.range, number: number, type: type.text, hasCast: false))
      } else {
        places.append(Place(range: token.range, number: number, type: nil, hasCast: false))
      }
    }
    self.places = places
  }

  /// The text with each placeholder replaced; a cast that follows one is written as CAST.
  package func replaced(_ body: (Place) -> String) -> EditedText {
    EditedText(
      sql,
      replacing: places.map { place in
        let text = body(place)
        guard place.hasCast, let type = place.type else { return (place.range, text) }
        return (place.range, "CAST(\(text) AS \(type))")
      })
  }

  /// The name of a type at the beginning of `tokens`: words with dots, one modifier, brackets.
  private static func type(_ tokens: ArraySlice<Token>) -> (text: String, end: Int)? {
    var text = ""
    var end = 0
    var rest = tokens
    while let token = rest.first {
      let isWord = token.text.utf8.first.map {
        $0 == 34 || $0 == 95 || ($0 | 32) >= 97 && ($0 | 32) <= 122
      }
      guard isWord == true, text.isEmpty || text.hasSuffix(".") else { break }
      text += token.text
      end = token.range.upperBound
      rest = rest.dropFirst()
      if rest.first?.text == "." {
        text += "."
        rest = rest.dropFirst()
      }
    }
    guard !text.isEmpty, !text.hasSuffix(".") else { return nil }
    // `double precision`, `timestamp with time zone` and the like.
    let continuations: [String: [[String]]] = [
      "double": [["precision"]], "character": [["varying"]], "bit": [["varying"]],
      "timestamp": [["with", "time", "zone"], ["without", "time", "zone"]],
      "time": [["with", "time", "zone"], ["without", "time", "zone"]],
    ]
    let base = text.lowercased()
    func takeModifier() {
      // A placeholder in it is a place of its own, and none that PostgreSQL accepts.
      guard rest.first?.text == "(", let close = rest.firstIndex(where: { $0.text == ")" }),
        !rest[..<close].contains(where: { $0.text.utf8.first == UInt8(ascii: "$") })
      else { return }
      text += rest[rest.startIndex...close].map(\.text).joined()
      end = rest[close].range.upperBound
      rest = rest[(close + 1)...]
    }
    // `timestamp(3) with time zone`, but `character varying(3)`.
    if base.hasPrefix("time") { takeModifier() }
    for words in continuations[base] ?? []
    where rest.prefix(words.count).map({ $0.text.lowercased() }) == words {
      text += " " + words.joined(separator: " ")
      end = rest[rest.startIndex + words.count - 1].range.upperBound
      rest = rest.dropFirst(words.count)
    }
    if !base.hasPrefix("time") { takeModifier() }
    while rest.first?.text == "[", rest.dropFirst().first?.text == "]" {
      text += "[]"
      end = rest[rest.startIndex + 1].range.upperBound
      rest = rest.dropFirst(2)
    }
    return (text, end)
  }
}
