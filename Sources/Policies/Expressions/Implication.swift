internal import SQLSyntax

/// Whether rows that satisfy one condition always satisfy another one.
///
/// Sound and not complete: true is a proof, false only means that none was found.
struct Implication {
  /// So many steps and no more: cases multiply.
  private static let limit = 20_000
  private var steps = 0

  /// True when every row that satisfies `first` satisfies `second`, proven.
  static func holds(_ first: Condition, _ second: Condition) -> Bool {
    var implication = Implication()
    return implication.proves(first.conjuncts, second)
  }

  private mutating func proves(_ facts: Set<Condition>, _ goal: Condition) -> Bool {
    steps += 1
    guard steps < Self.limit else { return false }
    if goal == .constant(true) || facts.contains(goal) || facts.contains(.constant(false)) {
      return true
    }
    if case .all(let parts) = goal { return parts.allSatisfy { proves(facts, $0) } }
    // An OR among the facts is a case for each of its parts.
    if let split = facts.first(where: { if case .any = $0 { true } else { false } }),
      case .any(let parts) = split
    {
      let rest = facts.subtracting([split])
      return parts.allSatisfy { part in proves(rest.union(part.conjuncts), goal) }
    }
    if case .any(let parts) = goal, parts.contains(where: { proves(facts, $0) }) { return true }
    let known = Facts(facts)
    if known.areContradictory { return true }
    if case .any(let parts) = goal { return exhausts(parts, known) }
    return known.imply(goal) { proves($0, $1) }
  }

  /// True when a column's value falls under one of `parts` wherever it is: `x > 5 OR x <= 5`.
  private func exhausts(_ parts: Set<Condition>, _ known: Facts) -> Bool {
    for case .comparison(let one) in parts {
      let opposite = ["=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"]
      guard let symbol = opposite[one.symbol],
        parts.contains(.comparison(.init(symbol, one.left, one.right)))
      else { continue }
      if [one.left, one.right].allSatisfy({ $0.constant != nil || known.isNotNull($0) }) {
        return true
      }
    }
    for case .null(let term, true) in parts where parts.contains(.null(term, isNull: false)) {
      return true
    }
    return false
  }
}
