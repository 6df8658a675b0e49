/// Sorts objects so that each comes after what it needs.
enum CreationOrder {
  /// By kind and name, unless a dependency says otherwise.
  static func sorted(
    _ objects: [SchemaObject], needs: [(object: String, needed: String)]
  ) -> [SchemaObject] {
    let ranks = Dictionary(
      uniqueKeysWithValues: SchemaObject.Kind.allCases.enumerated().map { ($1, $0) })
    // Columns and inline constraints keep the order in which the server gave them.
    let byKind = objects.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      let (rankA, rankB) = (ranks[a.kind] ?? 0, ranks[b.kind] ?? 0)
      if rankA != rankB { return rankA < rankB }
      if a.kind == .column || a.kind == .constraint { return left.offset < right.offset }
      return a.name < b.name
    }.map(\.element)
    let places = Dictionary(
      byKind.indices.filter { !byKind[$0].address.isEmpty }.map { (byKind[$0].address, $0) },
      uniquingKeysWith: { first, _ in first })
    var needed: [Int: [Int]] = [:]
    for (object, other) in needs {
      guard let from = places[object], let to = places[other], from != to else { continue }
      needed[from, default: []].append(to)
    }
    var result: [SchemaObject] = []
    var state = Array(repeating: false, count: byKind.count)
    func place(_ index: Int) {
      // A circle, as of functions that call each other, is cut where it is met.
      guard !state[index] else { return }
      state[index] = true
      for other in (needed[index] ?? []).sorted() { place(other) }
      result.append(byKind[index])
    }
    for index in byKind.indices { place(index) }
    return result
  }
}
