internal import SQLSyntax

/// What the texts do that come again and again on one connection, so that each is read once.
struct StatementTexts {
  private static let mostTexts = 1_000
  private static let longestText = 8_192

  private var known: [String: [SessionEffect]] = [:]
  private var last: String?
  private var lastEffects: [SessionEffect] = []

  /// What a statement does to settings and transactions.
  mutating func effects(of sql: String) -> [SessionEffect] {
    // The very same text is compared by its address.
    if last == sql { return lastEffects }
    let effects = known[sql] ?? read(sql)
    last = sql
    lastEffects = effects
    return effects
  }

  private mutating func read(_ sql: String) -> [SessionEffect] {
    let effects = SessionEffect.effects(of: sql)
    if sql.utf8.count <= Self.longestText {
      if known.count >= Self.mostTexts { known.removeAll(keepingCapacity: true) }
      known[sql] = effects
    }
    return effects
  }
}
