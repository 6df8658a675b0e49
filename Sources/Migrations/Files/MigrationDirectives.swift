/// What the comments at the head of a migration file ask for.
package struct MigrationDirectives: Sendable, Equatable {
  /// Leave to break a lint rule.
  package struct Allowance: Sendable, Equatable {
    /// The rule's name.
    package var rule: String
    /// Why it may be broken here.
    package var reason: String
    /// Where the directive stands, counted from 1.
    package var line: Int
  }

  /// False after `-- dbtool: no-transaction`.
  package var isTransactional = true
  /// True after `-- dbtool: out-of-order`.
  package var allowsOutOfOrder = false
  /// The `lock_timeout` for the statements, in PostgreSQL's notation.
  package var lockTimeout: String?
  /// The `statement_timeout` for each statement, in PostgreSQL's notation.
  package var statementTimeout: String?
  /// The lint rules that the file may break.
  package var allowances: [Allowance] = []

  /// No directive.
  package init() {}

  /// Reads the directives among `comments`.
  init(_ comments: [LeadingComments.Comment], file: String) throws(MigrationError) {
    var seen: Set<String> = []
    for comment in comments {
      guard let directive = Self.directive(in: comment.text) else { continue }
      do {
        try apply(directive, line: comment.line, seen: &seen)
      } catch {
        throw Self.error(error.reason, file: file, line: comment.line)
      }
    }
  }

  /// What follows `dbtool:` in a comment; nil when it is an ordinary comment.
  static func directive(in comment: String) -> Substring? {
    let text = trimmed(comment[...])
    guard text.hasPrefix("dbtool:") else { return nil }
    return trimmed(text.dropFirst("dbtool:".count))
  }

  static func error(_ reason: String, file: String, line: Int) -> MigrationError {
    var error = MigrationError(
      .badDirective, reason, file: file,
      remedy: "directives are no-transaction, out-of-order, lock-timeout=TIME, "
        + "statement-timeout=TIME and allow=RULE reason=TEXT, one a line, before the first statement"
    )
    error.line = line
    return error
  }

  private struct Flaw: Error {
    var reason: String
  }

  private mutating func apply(
    _ directive: Substring, line: Int, seen: inout Set<String>
  ) throws(Flaw) {
    let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0])
    let value = parts.count > 1 ? String(parts[1]) : nil
    // A second timeout would silently win over the first.
    if key != "allow", !seen.insert(key).inserted {
      throw Flaw(reason: "the directive \(key) is given twice")
    }
    switch (key, value) {
    case ("no-transaction", nil): isTransactional = false
    case ("out-of-order", nil): allowsOutOfOrder = true
    case ("lock-timeout", let value?): lockTimeout = try Self.duration(value, of: key)
    case ("statement-timeout", let value?): statementTimeout = try Self.duration(value, of: key)
    case ("allow", let value?): allowances.append(try Self.allowance(value, line: line))
    default: throw Flaw(reason: "\"dbtool: \(directive)\" is not a directive")
    }
  }

  private static func allowance(_ value: String, line: Int) throws(Flaw) -> Allowance {
    let rule = value.prefix { !$0.isWhitespace }
    let rest = trimmed(value.dropFirst(rule.count))
    guard !rule.isEmpty, rest.hasPrefix("reason=") else {
      throw Flaw(reason: "allow=RULE needs a reason=TEXT after it")
    }
    let reason = trimmed(rest.dropFirst("reason=".count))
    guard !reason.isEmpty else { throw Flaw(reason: "the reason for allow=\(rule) is empty") }
    return Allowance(rule: String(rule), reason: String(reason), line: line)
  }

  private static func duration(_ value: String, of key: String) throws(Flaw) -> String {
    do {
      return try TimeLimit(value).setting
    } catch {
      throw Flaw(reason: "\(key)=\(value) \(error.reason)")
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
