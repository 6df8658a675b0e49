import SQLSyntax

@testable import dbtool

extension FuzzTarget {
  /// What a statement that fails says of a password is not shown, wherever the statement is cut off, in
  /// one line, and inside strings of others.
  ///
  /// Passwords with `zebra` in them are looked at, in texts where the word stands nowhere else.
  static let passwords = FuzzTarget(name: "passwords") { input in
    let source = text(input)
    let masked = ErrorText.withoutPasswords(source)
    try hold(
      masked == source || masked.contains("***"),
      "\(source.debugDescription) was changed in silence")
    guard let trees = try? SyntaxTree.statements(of: source) else { return }
    let known = trees.flatMap(\.passwords).map(zebras).reduce(0, +)
    guard known > 0, known == zebras(source) else { return }
    let once = inString(source)
    let inOneLine = source.split { $0.isWhitespace }.joined(separator: " ")
    for whole in try [source, inOneLine, once, inString(once), SQLLiteral.quoted(source)] {
      let bytes = Array(whole.utf8)
      for cut in stride(from: bytes.count, to: 0, by: -max(1, bytes.count / 16)) {
        let shown = ErrorText.withoutPasswords(String(decoding: bytes[..<cut], as: UTF8.self))
        try hold(zebras(shown) == 0, "\(whole.debugDescription), cut at \(cut): \(shown)")
      }
    }
  }

  private static func inString(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  private static func zebras(_ text: String) -> Int {
    text.ranges(of: "zebra").count
  }
}

extension SyntaxNode {
  /// The values of options of this name, anywhere in the tree.
  fileprivate var passwords: [String] {
    switch self {
    case .object(let fields):
      let own = fields["DefElem"].flatMap { option in
        option["defname"]?.text == "password" ? option["arg"]?["String"]?["sval"]?.text : nil
      }
      return (own.map { [$0] } ?? []) + fields.values.flatMap(\.passwords)
    case .list(let elements): return elements.flatMap(\.passwords)
    default: return []
    }
  }
}
