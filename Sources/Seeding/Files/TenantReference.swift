internal import SQLSyntax

/// A `${tenant_id}` in a statement of a seed file.
package struct TenantReference: Sendable, Equatable {
  /// What the tenant's id takes the place of.
  package enum Form: Sendable, Equatable {
    /// The variable itself: the id becomes a constant.
    case constant
    /// A whole string constant, in which the variable stands: the id becomes a part of it.
    case part(isEscape: Bool)
  }

  /// The variable as it is written.
  package static let variable = "${tenant_id}"
  /// Its name.
  static let name = "tenant_id"
  /// Stands for the variable where statements are read: a constant of the same length.
  static let standIn = "'$tenant_id'"

  /// The bytes of the statement that are replaced.
  package var range: Range<Int>
  /// What they are.
  package var form: Form

  /// What takes the place of `text`, the bytes of the range.
  ///
  /// Set off by spaces, so that it remains a token of its own.
  ///
  /// - Throws: `SyntaxError` for an id that no constant can hold.
  func replacement(
    for tenant: String, in text: ArraySlice<UInt8>
  ) throws(SyntaxError) -> String {
    let literal = try SQLLiteral.quoted(tenant)
    guard case .part(let isEscape) = form else { return " " + literal + " " }
    // The constant's own text is not read: quotes in it are doubled already, or escaped.
    let hasBackslash = literal.hasPrefix("E")
    let value = Array(literal.utf8.dropFirst(hasBackslash ? 2 : 1).dropLast())
    let pieces = Array(text).pieces(around: Array(Self.variable.utf8))
    guard hasBackslash, !isEscape else {
      return String(decoding: Array(pieces.joined(separator: value)), as: UTF8.self)
    }
    // Its backslashes mean themselves; in the form that the id needs they have to be doubled.
    let backslash = UInt8(ascii: "\\")
    let doubled = pieces.map { piece in
      piece.flatMap { $0 == backslash ? [backslash, backslash] : [$0] }
    }
    return " E" + String(decoding: Array(doubled.joined(separator: value)), as: UTF8.self)
  }
}

extension [UInt8] {
  /// What stands before, between and behind the places where `pattern` occurs.
  ///
  /// By bytes: to Swift a quote with an accent on it is another character than a quote.
  func pieces(around pattern: [UInt8]) -> [ArraySlice<UInt8>] {
    guard let first = pattern.first else { return [self[...]] }
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while let found = self[index...].firstIndex(of: first) {
      if self[found...].starts(with: pattern) {
        pieces.append(self[start..<found])
        start = found + pattern.count
        index = start
      } else {
        index = found + 1
      }
    }
    pieces.append(self[start...])
    return pieces
  }
}
