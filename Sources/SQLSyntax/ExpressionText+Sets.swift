extension ExpressionText {
  /// The place of the whole expression.
  package var whole: Range<Int> { place(1, tokens.count) }

  /// The places of the two sides of `value = ANY (array)`; nil when they cannot be told.
  package func anyComparison(_ node: SyntaxNode) -> (value: Range<Int>, array: Range<Int>)? {
    guard let fields = node["A_Expr"], fields["kind"]?.text == "AEXPR_OP_ANY",
      let left = fields["lexpr"], let right = fields["rexpr"],
      let index = tokenIndex(at: fields["location"]), index + 2 < tokens.count,
      let end = partners[index + 2]
    else { return nil }
    let sides = (place(surroundings(of: index).first, index), place(index + 3, end))
    guard isNode(sides.0, left), isNode(sides.1, right) else { return nil }
    return (sides.0, sides.1)
  }

  /// The places of the value and of the query of `value IN (SELECT …)`; nil when they cannot be
  /// told.
  package func membership(_ node: SyntaxNode) -> (value: Range<Int>, query: Range<Int>)? {
    guard let fields = node["SubLink"], fields["subLinkType"]?.text == "ANY_SUBLINK",
      let value = fields["testexpr"], let index = tokenIndex(at: fields["location"]),
      tokens[index].text.lowercased() == "in", index + 1 < tokens.count,
      let end = partners[index + 1]
    else { return nil }
    let sides = (place(surroundings(of: index).first, index), place(index + 2, end))
    guard isNode(sides.0, value) else { return nil }
    return sides
  }

  /// The place of `FROM …`, up to the end of the query, in `EXISTS (SELECT … FROM …)`; nil when it
  /// cannot be told.
  package func sourceOfExistence(_ node: SyntaxNode) -> Range<Int>? {
    guard let fields = node["SubLink"], fields["subLinkType"]?.text == "EXISTS_SUBLINK",
      let index = tokenIndex(at: fields["location"]), index + 1 < tokens.count,
      tokens[index].text.lowercased() == "exists", let end = partners[index + 1]
    else { return nil }
    var position = index + 2
    while position < end, tokens[position].text.lowercased() != "from" {
      position = tokens[position].text == "(" ? (partners[position] ?? end) + 1 : position + 1
    }
    return position < end ? place(position, end) : nil
  }

  /// The expression with other text at several places, none of which overlap.
  package func replacing(_ edits: [(place: Range<Int>, text: String)]) -> String {
    var pieces: [String] = []
    var end = whole.lowerBound
    for edit in edits.sorted(by: { $0.place.lowerBound < $1.place.lowerBound }) {
      guard edit.place.lowerBound >= end else { continue }
      pieces.append(self[end..<edit.place.lowerBound])
      pieces.append(edit.text)
      end = edit.place.upperBound
    }
    return pieces.joined() + self[end..<whole.upperBound]
  }
}

/// The calls of functions in text that is no SQL, such as the filters of a plan.
package enum CallText {
  /// What stands before a parenthesis and is no function.
  private static let words: Set<String> = [
    "all", "and", "any", "array", "as", "between", "case", "cast", "coalesce", "else", "end",
    "exists", "from", "greatest", "hashed", "in", "is", "least", "not", "nullif", "or", "over",
    "row", "select", "some", "then", "values", "when", "where", "numeric", "varchar", "varying",
    "character", "bit", "interval", "timestamp", "time",
  ]

  /// The names of the functions that `text` calls, each as often as it does, without schemas.
  package static func names(in text: String) -> [String] {
    guard let tokens = try? Token.all(in: text) else { return [] }
    return zip(tokens, tokens.dropFirst()).compactMap { name, next in
      guard next.text == "(", let first = name.text.unicodeScalars.first,
        first == "\"" || first == "_" || first.properties.isAlphabetic,
        !words.contains(name.text.lowercased())
      else { return nil }
      return name.text
    }
  }
}
