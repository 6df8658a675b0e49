internal import Postgres
internal import Synthesis

/// Chooses, among the combinations that the server found right, those that rows shall have.
struct ShapeChoice {
  let ways: [[ShapeFinder.Way]]
  /// The combinations, the best first; -1 stands for a column that is computed.
  let combinations: [[Int]]
  let question: ShapeFinder.Asked
  let draft: RecipeDraft

  /// The most shapes of a group.
  private static let limit = 24

  /// The shapes and how often each comes.
  func shapes() -> ([[ValueSource]], [Int]) {
    if let distinct = distinctList() { return ([[distinct]], [1]) }
    let chosen = chosen()
    let open = question.columns.indices.filter { question.columns[$0] != nil }
    let shapes = chosen.map { combination in
      open.map { ways[$0][combination[$0]].source }
    }
    return (shapes, chosen.map { weight($0) })
  }

  /// One column that must differ and for which only constants were found: all of them.
  private func distinctList() -> ValueSource? {
    let open = question.columns.indices.filter { question.columns[$0] != nil }
    guard open.count == 1, let column = question.columns[open[0]], draft.apart.contains(column),
      let first = combinations.first, case .list(let list) = ways[open[0]][first[open[0]]].source,
      list.count == 1
    else { return nil }
    let values = combinations.compactMap { combination -> String? in
      guard case .list(let list) = ways[open[0]][combination[open[0]]].source, list.count == 1
      else {
        return nil
      }
      return list.values[0].map { String(decoding: $0, as: UTF8.self) }
    }
    return .list(ValueList(values, isDistinct: true))
  }

  private func chosen() -> [[Int]] {
    guard let best = combinations.first else { return [] }
    var result: [[Int]] = [best]
    // What is fixed in the best one, though its column has more than one value.
    let fixed = best.indices.filter { isCategory($0) && isConstant($0, best[$0]) }
    if !fixed.isEmpty {
      let limit = cost(best) + 45
      var seen: Set<[Int]> = [fixed.map { best[$0] }]
      for combination in combinations where cost(combination) <= limit {
        guard fixed.allSatisfy({ isConstant($0, combination[$0]) }) else { continue }
        if seen.insert(fixed.map { combination[$0] }).inserted { result.append(combination) }
        if result.count >= Self.limit { break }
      }
    }
    // The same with NULL here and there.
    var withNulls: [[Int]] = []
    for shape in result {
      for combination in combinations where withNulls.count < Self.limit {
        let differing = shape.indices.filter { shape[$0] != combination[$0] }
        guard !differing.isEmpty,
          differing.allSatisfy({ ways[$0][combination[$0]].source == .null }),
          !result.contains(combination), !withNulls.contains(combination)
        else { continue }
        withNulls.append(combination)
      }
    }
    return result + withNulls
  }

  private func cost(_ combination: [Int]) -> Int {
    combination.indices.reduce(0) { sum, position in
      combination[position] < 0
        ? sum : sum + ways[position][combination[position]].alternative.cost
    }
  }

  /// True of a column that has a list of values to choose from.
  private func isCategory(_ position: Int) -> Bool {
    ways[position].contains { way in
      if case .list(let list) = way.source { return list.count > 1 }
      return false
    }
  }

  private func isConstant(_ position: Int, _ way: Int) -> Bool {
    guard way >= 0 else { return false }
    if case .list(let list) = ways[position][way].source { return list.count == 1 }
    return false
  }

  private func weight(_ combination: [Int]) -> Int {
    var weight = 1_000_000
    for (position, way) in combination.enumerated() where way >= 0 {
      guard let column = question.columns[position], draft.proposals[column] != nil else {
        continue
      }
      let nulls = max(draft.recipe.columns[column].nulls, 1)
      switch ways[position][way].source {
      case .null: weight = weight * min(nulls, 1_000) / 1_000
      case .list(let list) where list.count == 1:
        weight = weight * min(max(list.weight(0), 1), 1_000_000) / 1_000_000
        weight = weight * max(1_000 - nulls, 1) / 1_000
      default: weight = weight * max(1_000 - nulls, 1) / 1_000
      }
    }
    return max(weight, 1)
  }
}
