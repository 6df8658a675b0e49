/// What a statement does to a session's settings, and to the transactions that keep or undo them.
///
/// PostgreSQL manual: SET, RESET, DISCARD, and section 9.27.1 "Configuration Settings Functions".
package enum SessionEffect: Sendable, Equatable {
  /// A text that is known from the statement, or where it comes from.
  package enum Value: Sendable, Equatable {
    /// The text itself.
    case text(String)
    /// The parameter `$n`, counted from 1.
    case parameter(Int)
    /// What the session began with.
    case initial
    /// What it is already.
    case current
    /// It is computed.
    case computed
  }

  /// A truth value that is known from the statement, or the parameter that holds it.
  package enum Flag: Sendable, Equatable {
    /// The truth value itself.
    case value(Bool)
    /// The parameter `$n`, counted from 1.
    case parameter(Int)
  }

  /// A call of `set_config` that a query makes for each row it gives.
  package struct Call: Sendable, Equatable {
    /// The setting's name.
    package var name: Value
    /// The new value, as far as the text tells.
    package var value: Value
    /// True when it ends with the transaction.
    package var isLocal: Flag
    /// The column of the result that holds the new value; nil when it cannot be told.
    package var column: Int?
  }

  /// BEGIN.
  case begin
  /// COMMIT, END and PREPARE TRANSACTION.
  case commit(chains: Bool)
  /// ROLLBACK and ABORT.
  case rollback(chains: Bool)
  /// SAVEPOINT.
  case savepoint(String)
  /// RELEASE SAVEPOINT.
  case release(String)
  /// ROLLBACK TO SAVEPOINT.
  case rollbackTo(String)
  /// SET and RESET of one setting; names are in lower case.
  case set(name: String, value: Value, isLocal: Bool)
  /// `set_config`, once for each row.
  case call(Call)
  /// RESET ALL.
  case resetAll
  /// DISCARD ALL, which commits at once.
  case discardAll
  /// Something that may set anything when it is run later, by EXECUTE or FETCH.
  case defines
  /// EXECUTE and FETCH.
  case runsDefined
  /// Settings may have changed, and only the server knows how.
  case unknown
}

extension SessionEffect {
  /// The name of a setting as PostgreSQL compares it: without case, in ASCII only.
  package static func folded(_ name: String) -> String {
    guard name.utf8.contains(where: { (65...90).contains($0) }) else { return name }
    return String(decoding: name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// What the statements in `sql` do, in order; nothing for most, and for text that does not parse.
  package static func effects(of sql: String) -> [SessionEffect] {
    guard SessionText.mayHaveEffects(sql) else { return [] }
    if let plain = PlainSetting.effect(of: sql) { return [plain] }
    return parsedEffects(of: sql) ?? []
  }

  /// The same, without a way around the parser; nil for text that does not parse.
  package static func parsedEffects(of sql: String) -> [SessionEffect]? {
    guard let statements = try? SyntaxTree.statements(of: sql) else { return nil }
    return statements.flatMap { SessionStatement(node: $0, source: sql).effects }
  }
}
