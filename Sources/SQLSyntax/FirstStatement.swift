internal import CPgQuery

/// The first statement of a text, with as much of its tree as a search for names needs: to read the tree
/// whole costs a hundred times more.
struct FirstStatement {
  /// The type of its node, such as `SelectStmt`.
  let type: String
  /// The node's members, and what follows, as libpg_query writes them in JSON.
  let body: Substring

  /// Nil for the tree of a text without statements.
  ///
  /// The tree begins `{"version":…,"stmts":[{"stmt":{"SelectStmt":{…`.
  init?(tree: String) {
    guard let start = tree.firstRange(of: "\"stmt\":{\"")?.upperBound,
      let end = tree[start...].firstIndex(of: "\"")
    else { return nil }
    type = String(tree[start..<end])
    body = tree[end...]
  }

  /// True where `text` is in the tree.
  ///
  /// Quotes inside string constants are escaped, so that `"name":` finds only members.
  /// Bytes are compared: the standard library's search goes by characters, which for the trees of large
  /// statements took a third of all time of a run through the Data API.
  func contains(_ text: String) -> Bool {
    var (body, text) = (body, text)
    return body.withUTF8 { body in
      text.withUTF8 { text in
        guard let start = body.baseAddress, let wanted = text.baseAddress else {
          return text.isEmpty
        }
        return memmem(start, body.count, wanted, text.count) != nil
      }
    }
  }
}
