internal import SQLSyntax

/// Conditions that hold together, none of them an OR, and what follows from them.
struct Facts {
  private let all: Set<Condition>
  private var comparisons: [Condition.Comparison] = []
  /// For each term the one that stands for all that are equal to it.
  private var parents: [SyntaxNode: SyntaxNode] = [:]

  init(_ facts: Set<Condition>) {
    all = facts
    for case .comparison(let comparison) in facts {
      for one in [comparison] + Self.withoutNullIf(comparison) {
        comparisons.append(one)
        if one.symbol == "=" { join(one.left, one.right) }
      }
    }
  }

  // MARK: - Equal terms

  private mutating func join(_ left: SyntaxNode, _ right: SyntaxNode) {
    let (first, second) = (representative(left), representative(right))
    guard first != second else { return }
    // A constant says more than a name.
    if second.constant != nil { parents[first] = second } else { parents[second] = first }
  }

  private func representative(_ term: SyntaxNode) -> SyntaxNode {
    var term = term
    while let parent = parents[term] { term = parent }
    return term
  }

  /// What follows when NULLIF is left out: where `x = NULLIF(y, z)` is true, so is `x = y`.
  private static func withoutNullIf(_ comparison: Condition.Comparison) -> [Condition.Comparison] {
    let (left, right) = (bare(comparison.left), bare(comparison.right))
    guard left != comparison.left || right != comparison.right else { return [] }
    return [Condition.Comparison(comparison.symbol, left, right)]
  }

  /// The term without NULLIF, by itself or under casts.
  static func bare(_ term: SyntaxNode) -> SyntaxNode {
    if let parts = term["Cast"]?.elements, parts.count == 2 {
      return .object(["Cast": .list([bare(parts[0]), parts[1]])])
    }
    if let parts = term["Operation"]?.elements, parts.count == 4,
      parts[0].text == "AEXPR_NULLIF"
    {
      return bare(parts[2])
    }
    return term
  }

  /// True when the facts say that a term has a value.
  func isNotNull(_ term: SyntaxNode) -> Bool {
    if term.constant != nil, term.constant != .null { return true }
    if all.contains(.null(term, isNull: false)) { return true }
    if all.contains(.other(term)) || all.contains(.other(.object(["Not": term]))) { return true }
    return comparisons.contains { one in
      [one.left, one.right].contains { $0 == term || representative($0) == representative(term) }
    }
  }

  // MARK: - What follows

  /// True when the facts cannot hold together.
  var areContradictory: Bool {
    for case .null(let term, true) in all where isNotNull(term) { return true }
    for case .other(let term) in all where all.contains(.other(.object(["Not": term]))) {
      return true
    }
    for case .exists(let subquery, true) in all
    where all.contains(.exists(subquery, isThere: false)) {
      return true
    }
    return comparisons.contains { !bounds(of: $0.left, type: nil).allows($0) }
      || comparisons.contains { one in
        one.symbol == "<>" && representative(one.left) == representative(one.right)
      }
  }

  /// True when the facts imply `goal`, which is no AND and no OR.
  ///
  /// - Parameter proves: Proves a condition from others, for subqueries.
  func imply(_ goal: Condition, _ proves: (Set<Condition>, Condition) -> Bool) -> Bool {
    switch goal {
    case .constant(let value): return value
    case .all, .any: return false
    case .null(let term, let isNull):
      if isNull { return all.contains(goal) }
      return isNotNull(term)
    case .comparison(let goal): return implies(goal)
    case .exists(let goal, true):
      return all.contains { fact in
        guard case .exists(let fact, true) = fact else { return false }
        return Self.mappings(of: goal, into: fact).contains { goal in
          proves(others.union(fact.condition.conjuncts), goal)
        }
      }
    case .exists(let goal, false):
      return all.contains { fact in
        guard case .exists(let fact, false) = fact else { return false }
        // What is nowhere in the wider search is nowhere in the narrower one.
        return Self.mappings(of: fact, into: goal).contains { fact in
          proves(others.union(goal.condition.conjuncts), fact)
        }
      }
    case .other(let term): return all.contains(.other(term))
    }
  }

  /// The facts about the row itself, which hold inside subqueries too.
  private var others: Set<Condition> {
    all.filter { if case .exists = $0 { false } else { true } }
  }

  private func implies(_ goal: Condition.Comparison) -> Bool {
    let (left, right) = (representative(goal.left), representative(goal.right))
    if ["=", "<=", ">="].contains(goal.symbol), left == right {
      return isNotNull(goal.left) && isNotNull(goal.right)
    }
    let isSaid = comparisons.contains { one in
      let (first, second) = (representative(one.left), representative(one.right))
      let here = Condition.Comparison(one.symbol, first, second)
      let wanted = Condition.Comparison(goal.symbol, left, right)
      guard here.left == wanted.left, here.right == wanted.right else { return false }
      return here.symbol == wanted.symbol
        || Self.weaker[here.symbol]?.contains(wanted.symbol) == true
    }
    return isSaid || bounds(of: goal.left, type: goal.right.constant).imply(goal)
  }

  private static let weaker: [String: Set<String>] = [
    "=": ["<=", ">="], "<": ["<=", "<>"], ">": [">=", "<>"],
  ]

  /// What the facts say about a term's value next to constants.
  private func bounds(of term: SyntaxNode, type: ConstantValue?) -> Bounds {
    var bounds = Bounds()
    let wanted = representative(term)
    if let value = wanted.constant { bounds.add("=", value) }
    for one in comparisons where representative(one.left) == wanted || one.left == term {
      if let value = one.right.constant { bounds.add(one.symbol, value) }
    }
    return bounds
  }

  // MARK: - Subqueries

  /// The conditions of `small` with its tables numbered as in `large`, for each way to find them there.
  private static func mappings(
    of small: Condition.Subquery, into large: Condition.Subquery
  ) -> [Condition] {
    guard small.level == large.level else { return [] }
    if small.relations == large.relations { return [small.condition] }
    // Where no table stands twice there is one way at most.
    guard Set(large.relations).count == large.relations.count,
      Set(small.relations).count == small.relations.count
    else { return [] }
    var numbers: [Int: Int] = [:]
    for (index, relation) in small.relations.enumerated() {
      guard let place = large.relations.firstIndex(of: relation) else { return [] }
      numbers[index] = place
    }
    return [renumber(small.condition, level: small.level, numbers)]
  }

  private static func renumber(
    _ condition: Condition, level: Int, _ numbers: [Int: Int]
  ) -> Condition {
    func renumber(_ term: SyntaxNode) -> SyntaxNode {
      switch term {
      case .object(let fields):
        if let parts = fields["Column"]?.elements, parts.count == 3, parts[0].integer == level,
          let index = parts[1].integer, let place = numbers[index]
        {
          return .object(["Column": .list([parts[0], .integer(place), parts[2]])])
        }
        return .object(fields.mapValues { renumber($0) })
      case .list(let elements): return .list(elements.map { renumber($0) })
      default: return term
      }
    }
    switch condition {
    case .constant: return condition
    case .all(let parts): return .and(parts.map { Self.renumber($0, level: level, numbers) })
    case .any(let parts): return .or(parts.map { Self.renumber($0, level: level, numbers) })
    case .comparison(let one):
      return .comparison(.init(one.symbol, renumber(one.left), renumber(one.right)))
    case .null(let term, let isNull): return .null(renumber(term), isNull: isNull)
    case .other(let term): return .other(renumber(term))
    case .exists(let subquery, let isThere):
      return .exists(
        .init(
          level: subquery.level, relations: subquery.relations,
          condition: Self.renumber(subquery.condition, level: level, numbers)), isThere: isThere)
    }
  }
}
