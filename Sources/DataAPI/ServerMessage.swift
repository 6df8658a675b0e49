internal import Postgres

/// PostgreSQL's error in the one text that the Data API gives it.
///
/// `ERROR: …; Detail: …; Hint: …; Position: 15; Where: …; SQLState: 42P01`, of which all but the first
/// and the last may be missing, and each may hold `; ` itself: so it is read from its end.
enum ServerMessage {
  /// The error; nil for a text of another form.
  static func error(_ text: String) -> PostgresError? {
    guard let state = text.range(ofLast: "; SQLState: ") else { return nil }
    let code = text[state.upperBound...].prefix(5)
    guard code.utf8.count == 5 else { return nil }
    var rest = text[..<state.lowerBound]
    var error = PostgresError(.server, "", sqlState: SQLState(rawValue: String(code)))
    if let value = take("Where", from: &rest) { error.context = value }
    if let range = rest.range(ofLast: "; Position: "), let position = Int(rest[range.upperBound...])
    {
      error.position = position
      rest = rest[..<range.lowerBound]
    }
    if let value = take("Hint", from: &rest) { error.hint = value }
    if let value = take("Detail", from: &rest) { error.detail = value }
    // The severity.
    if let colon = rest.firstRange(of: ": "), rest[..<colon.lowerBound].allSatisfy(\.isUppercase) {
      rest = rest[colon.upperBound...]
    }
    error.message = String(rest)
    return error
  }

  private static func take(_ field: String, from rest: inout Substring) -> String? {
    guard let range = rest.range(ofLast: "; \(field): ") else { return nil }
    defer { rest = rest[..<range.lowerBound] }
    return String(rest[range.upperBound...])
  }
}

extension StringProtocol {
  /// The last place of a text in this one.
  fileprivate func range(ofLast text: String) -> Range<Index>? { ranges(of: text).last }
}
