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
    return isSimple(first) && isSimple(second)
  }

  private static func isSimple(_ condition: Condition) -> Bool {
    switch condition {
    case .constant: true
    case .all(let parts), .any(let parts): parts.allSatisfy { isSimple($0) }
    case .null(let term, _): term["Column"] != nil
    case .comparison(let one):
      one.left["Column"] != nil && (one.right.constant != nil || isContext(one.right))
    case .exists(let subquery, _): isTied(subquery.condition)
    case .other: false
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

  /// True for conditions that tie a subquery's row to the one outside, and ask more of it: a foreign
  /// key alone would have the row there always.
  private static func isTied(_ condition: Condition) -> Bool {
    let ties = condition.conjuncts.filter { part in
      if case .comparison(let one) = part {
        one.left["Column"] != nil && one.right["Column"] != nil
      } else {
        false
      }
    }
    let rest = condition.conjuncts.subtracting(ties)
    return !rest.isEmpty && rest.allSatisfy { isSimple($0) }
  }
}
