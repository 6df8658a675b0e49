internal import SQLSyntax

/// What a change does to the rows that are let through.
package enum PolicyEffect: String, Sendable, Equatable, CaseIterable {
  /// The same rows as before.
  case equal
  /// Fewer rows, and none that was kept out before.
  case tightens
  /// Rows that were kept out before.
  case loosens
  /// It cannot be told.
  case unclear = "can't tell"

  /// The effect of two changes at once.
  func and(_ other: PolicyEffect) -> PolicyEffect {
    switch (self, other) {
    case (.equal, let only), (let only, .equal): only
    case (.loosens, _), (_, .loosens): .loosens
    case (.unclear, _), (_, .unclear): .unclear
    case (.tightens, .tightens): .tightens
    }
  }
}

/// What is known of two conditions.
struct ConditionComparison: Equatable {
  /// Every row of the new one was let through by the old one, proven.
  var isNeverLooser: Bool
  /// What the change does.
  var effect: PolicyEffect

  /// Compares what is let through before and after a change.
  init(before: Condition, after: Condition) {
    isNeverLooser = before == after || Implication.holds(after, before)
    let isNeverTighter = before == after || Implication.holds(before, after)
    switch (isNeverLooser, isNeverTighter) {
    case (true, true): effect = .equal
    // That no proof was found doesn't mean that there is none.
    case (true, false): effect = Self.isDecided(before, after) ? .tightens : .unclear
    case (false, true): effect = Self.isDecided(before, after) ? .loosens : .unclear
    case (false, false): effect = .unclear
    }
  }

  /// True when a proof would have been found if there were one: both conditions only compare
  /// columns with constants and with the context, each part by itself.
  private static func isDecided(_ first: Condition, _ second: Condition) -> Bool {
    if [first, second].contains(.constant(true)) || [first, second].contains(.constant(false)) {
      return true
    }
    // What rows other tables hold is not known: a condition on them may be true of all.
    return isSimple(first) && isSimple(second) && !differsInNullIf(first, second)
      && subqueries(first) == subqueries(second)
  }

  /// True when a setting is read with NULLIF in one place and without in another: whether that makes
  /// a difference is for the setting to say.
  private static func differsInNullIf(_ first: Condition, _ second: Condition) -> Bool {
    let terms = Set(contexts(first) + contexts(second))
    return Set(terms.map { Facts.bare($0) }).count < terms.count
  }

  private static func contexts(_ condition: Condition) -> [SyntaxNode] {
    switch condition {
    case .all(let parts), .any(let parts): parts.flatMap { contexts($0) }
    case .comparison(let one): [one.left, one.right].filter { isContext($0) }
    case .exists(let subquery, _): contexts(subquery.condition)
    case .constant, .null, .other: []
    }
  }

  private static func isSimple(_ condition: Condition) -> Bool {
    switch condition {
    case .constant: true
    case .all(let parts), .any(let parts): parts.allSatisfy { isSimple($0) }
    case .null(let term, _): term["Column"] != nil
    case .comparison(let one):
      one.left["Column"] != nil && (one.right.constant != nil || isContext(one.right))
    case .exists: true
    // A boolean column, by itself or negated.
    case .other(let term): (term["Not"] ?? term)["Column"] != nil
    }
  }

  /// True for what only reads a setting.
  private static func isContext(_ term: SyntaxNode) -> Bool {
    var isContext = false
    var isPure = true
    term.walk { node in
      if let names = node["Call"]?.elements.first?.elements {
        if names == [.text("current_setting")] { isContext = true } else { isPure = false }
      }
      if node["Column"] != nil || node["Sublink"] != nil || node["ColumnRef"] != nil {
        isPure = false
      }
    }
    return isContext && isPure
  }

  private static func subqueries(_ condition: Condition) -> Set<Condition> {
    switch condition {
    case .all(let parts), .any(let parts):
      parts.reduce(into: []) { $0.formUnion(subqueries($1)) }
    case .exists: [condition]
    case .constant, .null, .comparison, .other: []
    }
  }
}
