/// Where in a COPY an error happened, from the server's CONTEXT.
///
/// The server says `COPY table, line 3, column kind: "abc"` or `COPY table, line 3: "the line"`,
/// with the words in the language of its messages; so only the shape is relied on.
struct CopyContext: Equatable {
  var line: Int
  var column: String?
  var value: String?

  /// Reads a context that is about `table`; nil when it is about something else.
  init?(_ context: String, table: String, columns: [String]) {
    guard let start = context.firstRange(of: table + ", ")?.upperBound else { return nil }
    let tail = context[start...].drop { !$0.isASCIIDigit }
    let digits = tail.prefix { $0.isASCIIDigit }
    guard let line = Int(digits) else { return nil }
    self.line = line
    var rest = tail.dropFirst(digits.count)
    if rest.hasPrefix(", ") {
      let name = rest.dropFirst(2).drop { $0 != " " }.dropFirst()
      // The longest match: one column may be called as another one begins.
      let matches = columns.filter { name == $0 || name.hasPrefix($0 + ":") }
      column = matches.max { $0.count < $1.count }
      rest = name.dropFirst(column?.count ?? 0)
    }
    guard rest.hasPrefix(": \"") else { return }
    value = String(rest.dropFirst(3).dropLast(rest.hasSuffix("\"") ? 1 : 0))
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
