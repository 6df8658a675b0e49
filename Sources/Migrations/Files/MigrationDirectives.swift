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

  /// A migration that the file stands for.
  package struct Replacement: Sendable, Equatable {
    /// The version.
    package var version: Int64
    /// SHA-256 of the up file that may have been applied under that version.
    package var checksum: String
    /// False for one that an earlier squash had folded already: a database has it or that squash.
    package var isRequired: Bool
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
  /// The migrations that the file stands for, after `-- dbtool: replaces=VERSION sha256=HEX`.
  package var replacements: [Replacement] = []

  /// Migrations of another tool that have to be applied first.
  package var requirements: [Requirement] = []

  /// A migration of another tool, `-- dbtool: requires payload >= NAME`.
  package struct Requirement: Sendable, Equatable {
    /// The name in the other tool's ledger.
    package var name: String
    /// Where the directive stands, counted from 1.
    package var line: Int
  }

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
        + "statement-timeout=TIME, allow=RULE reason=TEXT, requires payload >= NAME and what dbtool migrate squash writes, one "
        + "a line, before the first statement"
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
    if directive.hasPrefix("requires ") {
      requirements.append(try Self.requirement(directive.dropFirst("requires ".count), line: line))
      return
    }
    let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0])
    let value = parts.count > 1 ? String(parts[1]) : nil
    // A second timeout would silently win over the first.
    if !["allow", "replaces", "may-replace"].contains(key), !seen.insert(key).inserted {
      throw Flaw(reason: "the directive \(key) is given twice")
    }
    switch (key, value) {
    case ("no-transaction", nil): isTransactional = false
    case ("out-of-order", nil): allowsOutOfOrder = true
    case ("lock-timeout", let value?): lockTimeout = try Self.duration(value, of: key)
    case ("statement-timeout", let value?): statementTimeout = try Self.duration(value, of: key)
    case ("replaces", let value?), ("may-replace", let value?):
      replacements.append(try Self.replacement(value, isRequired: key == "replaces"))
    case ("allow", let value?): allowances.append(try Self.allowance(value, line: line))
    default: throw Flaw(reason: "\"dbtool: \(directive)\" is not a directive")
    }
  }

  private static func requirement(
    _ value: Substring, line: Int
  ) throws(Flaw) -> Requirement {
    let parts = value.split(whereSeparator: \.isWhitespace)
    guard parts.count == 3, parts[0] == "payload", parts[1] == ">=" else {
      throw Flaw(reason: "\"requires \(value)\" is not of the form requires payload >= NAME")
    }
    return Requirement(name: String(parts[2]), line: line)
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

  private static func replacement(
    _ value: String, isRequired: Bool
  ) throws(Flaw) -> Replacement {
    let parts = value.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, let version = Int64(parts[0]), version > 0,
      parts[1].hasPrefix("sha256="), parts[1].count == 71,
      parts[1].dropFirst(7).allSatisfy(\.isHexDigit)
    else { throw Flaw(reason: "\"\(value)\" is no VERSION sha256=HEX") }
    return Replacement(
      version: version, checksum: parts[1].dropFirst(7).lowercased(), isRequired: isRequired)
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
