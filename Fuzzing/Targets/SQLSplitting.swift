@testable import SQLSyntax

extension FuzzTarget {
  /// Statements are the parser's, whole and in their places, and between them stands nothing that
  /// means anything.
  static let sqlSplitting = FuzzTarget(name: "sql-splitting") { input in
    let source = text(input)
    let bytes = Array(source.utf8)
    let statements: [Statement]
    do throws(SyntaxError) {
      statements = try StatementSplitter.split(source)
    } catch {
      try hold((0...bytes.count).contains(error.utf8Offset ?? 0), "\(error) lies outside")
      return
    }
    var end = 0
    for statement in statements {
      let start = statement.utf8Offset
      try hold(start >= end, "statements overlap at \(start)")
      try isSilent(bytes[end..<start])
      end = start + statement.text.utf8.count
      try hold(
        end <= bytes.count && bytes[start..<end].elementsEqual(statement.text.utf8),
        "the statement at \(start) is not what stands there")
      try hold(
        statement.location.line == SourceLocation(utf8Offset: start, in: source).line,
        "\(statement.location) is not the line of \(start)")
      _ = (
        statement.kind, StatementTraits(parsing: statement.text),
        LoneStatement(parsing: statement.text)
      )
    }
    try isSilent(bytes[end...])
    guard let trees = try? SyntaxTree.statements(of: source) else { return }
    try hold(
      trees.count == statements.count, "\(statements.count) statements and \(trees.count) trees")
    for (tree, statement) in zip(trees, statements) {
      guard let alone = try? SyntaxTree.statements(of: statement.text) else {
        throw Falsehood("\(statement.text.debugDescription) is none alone")
      }
      try hold(
        alone.map(\.withoutPlaces) == [tree.withoutPlaces],
        "\(statement.text.debugDescription) means something else alone")
    }
    try hold(SQLMeaning.isEqual(source, source), "a text differs from itself")
  }

  private static func isSilent(_ gap: ArraySlice<UInt8>) throws {
    // The end of a comment at a statement's end, cut off with its white space; to PostgreSQL before 16 a
    // vertical tab is none elsewhere.
    let gap = String(decoding: gap.filter { $0 != 0x0B }, as: UTF8.self)
    try hold(
      try Token.all(in: gap).allSatisfy { $0.text == ";" || $0.isComment },
      "between statements stands \(gap.debugDescription)")
  }
}

extension SyntaxNode {
  /// The tree without any place in the text.
  fileprivate var withoutPlaces: SyntaxNode {
    switch self {
    case .object(let fields):
      .object(
        fields.filter { !$0.key.hasSuffix("location") && $0.key != "stmt_len" }
          .mapValues(\.withoutPlaces))
    case .list(let elements): .list(elements.map(\.withoutPlaces))
    default: self
    }
  }
}
