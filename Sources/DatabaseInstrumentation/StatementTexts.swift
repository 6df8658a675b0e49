internal import SQLSyntax

/// What the texts do that come again and again on one connection, so that each is read once.
struct StatementTexts {
  private var known = TextCache<[SessionEffect]>()
  private var last: ExactText?
  private var lastEffects: [SessionEffect] = []

  /// What a statement does to settings and transactions.
  mutating func effects(of sql: String) -> [SessionEffect] {
    // The very same text is compared by its address.
    if last == ExactText(sql) { return lastEffects }
    let effects = known[sql] ?? read(sql)
    last = ExactText(sql)
    lastEffects = effects
    return effects
  }

  private mutating func read(_ sql: String) -> [SessionEffect] {
    let effects = SessionEffect.effects(of: sql)
    known.keep(effects, for: sql)
    return effects
  }
}
