/// The text of an expression together with its syntax tree, so that parts can be exchanged.
///
/// A tree names where a node begins, or where its operator stands, but not where it ends. Ends come
/// from the parentheses that `pg_get_expr` writes around every operator. A part counts only if its
/// text alone parses to the very node that was asked for, so nothing rests on guesses.
package struct ExpressionText: Sendable {
  /// The syntax tree.
  package let tree: SyntaxNode
  private let source: [UInt8]
  let tokens: [Token]
  /// For each parenthesis the index of the token that is its other half.
  let partners: [Int: Int]
  private static let prefix = "SELECT "

  /// Parses `sql`, one expression as `pg_get_expr` writes it.
  ///
  /// - Throws: `SyntaxError` when PostgreSQL would not parse it either.
  package init(_ sql: String) throws(SyntaxError) {
    tree = try SyntaxTree.expression(sql)
    // The tree's locations count from the SELECT before it.
    let text = Self.prefix + sql
    source = Array(text.utf8)
    tokens = try Token.all(in: text)
    var open: [Int] = []
    var partners: [Int: Int] = [:]
    for (index, token) in tokens.enumerated() {
      if token.text == "(" { open.append(index) }
      if token.text == ")", let start = open.popLast() {
        partners[start] = index
        partners[index] = start
      }
    }
    self.partners = partners
  }

  /// The places of the parts that an AND or OR joins; nil when they cannot be told apart.
  package func parts(of node: SyntaxNode) -> [Range<Int>]? {
    guard let fields = node["BoolExpr"], let index = tokenIndex(at: fields["location"]) else {
      return nil
    }
    let word = tokens[index].text.lowercased()
    let (first, last) = surroundings(of: index)
    var parts: [Range<Int>] = []
    var start = first
    var position = first
    while position < last {
      if tokens[position].text == "(", let end = partners[position] {
        position = end + 1
        continue
      }
      if tokens[position].text.lowercased() == word {
        parts.append(place(start, position))
        start = position + 1
      }
      position += 1
    }
    parts.append(place(start, last))
    let nodes = fields["args"]?.elements ?? []
    guard parts.count == nodes.count, zip(parts, nodes).allSatisfy({ isNode($0, $1) }) else {
      return nil
    }
    return parts
  }

  /// The places of a binary operator and of its two sides; nil when they cannot be told.
  package func comparison(
    _ node: SyntaxNode
  ) -> (left: Range<Int>, operator: Range<Int>, right: Range<Int>)? {
    guard let fields = node["A_Expr"], let left = fields["lexpr"], let right = fields["rexpr"],
      let index = tokenIndex(at: fields["location"])
    else { return nil }
    let (first, last) = surroundings(of: index)
    guard first < index, index + 1 < last else { return nil }
    let sides = (place(first, index), place(index + 1, last))
    guard isNode(sides.0, left), isNode(sides.1, right) else { return nil }
    return (sides.0, tokens[index].range, sides.1)
  }

  /// The places of a NULLIF and of its first argument; nil when they cannot be told.
  package func nullIf(_ node: SyntaxNode) -> (whole: Range<Int>, argument: Range<Int>)? {
    guard let fields = node["A_Expr"], let argument = fields["lexpr"],
      let index = tokenIndex(at: fields["location"]), index + 1 < tokens.count,
      let end = partners[index + 1]
    else { return nil }
    var position = index + 2
    while position < end, tokens[position].text != "," {
      position = tokens[position].text == "(" ? (partners[position] ?? end) + 1 : position + 1
    }
    guard index + 2 < position else { return nil }
    let parts = (place(index, end + 1), place(index + 2, position))
    guard isNode(parts.0, node), isNode(parts.1, argument) else { return nil }
    return parts
  }

  /// The text at a place.
  package subscript(range: Range<Int>) -> String {
    String(decoding: source[range], as: UTF8.self)
  }

  /// The expression with other text at a place.
  package func replacing(_ range: Range<Int>, by text: String) -> String {
    let start = Self.prefix.utf8.count
    return self[start..<range.lowerBound] + text + self[range.upperBound..<source.count]
  }

  func tokenIndex(at location: SyntaxNode?) -> Int? {
    guard let location = location?.integer else { return nil }
    return tokens.firstIndex { $0.range.lowerBound == location }
  }

  /// The tokens inside the innermost parentheses around one; all but SELECT when there are none.
  func surroundings(of index: Int) -> (first: Int, last: Int) {
    var position = index - 1
    while position > 0 {
      if tokens[position].text == ")", let start = partners[position] {
        position = start - 1
      } else if tokens[position].text == "(", let end = partners[position] {
        return (position + 1, end)
      } else {
        position -= 1
      }
    }
    return (1, tokens.count)
  }

  func place(_ first: Int, _ last: Int) -> Range<Int> {
    guard first < last else { return 0..<0 }
    return tokens[first].range.lowerBound..<tokens[last - 1].range.upperBound
  }

  func isNode(_ range: Range<Int>, _ node: SyntaxNode) -> Bool {
    guard !range.isEmpty, let alone = try? SyntaxTree.expression(self[range]) else { return false }
    return alone.withoutLocations == node.withoutLocations
  }
}

extension SyntaxNode {
  /// The tree without the places in the text, so that trees of different texts can be compared.
  package var withoutLocations: SyntaxNode {
    switch self {
    case .object(let fields):
      .object(fields.filter { $0.key != "location" }.mapValues(\.withoutLocations))
    case .list(let elements): .list(elements.map(\.withoutLocations))
    default: self
    }
  }
}
