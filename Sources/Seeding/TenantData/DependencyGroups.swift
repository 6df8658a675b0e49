internal import Postgres

/// Tables in groups, what is referred to before what refers to it; a group with several tables is a
/// circle.
enum DependencyGroups {
  /// The groups of `relations` by the foreign keys among them (Tarjan's algorithm).
  static func groups(_ relations: [UInt32], keys: [Constraint]) -> [[UInt32]] {
    let wanted = Set(relations)
    var targets: [UInt32: [UInt32]] = [:]
    for key in keys where wanted.contains(key.relation) && wanted.contains(key.referencedRelation) {
      targets[key.relation, default: []].append(key.referencedRelation)
    }
    var search = Search(targets: targets)
    for relation in relations where search.index[relation] == nil { search.visit(relation) }
    return search.groups
  }

  private struct Search {
    let targets: [UInt32: [UInt32]]
    var index: [UInt32: Int] = [:]
    var lowest: [UInt32: Int] = [:]
    var stack: [UInt32] = []
    var groups: [[UInt32]] = []

    mutating func visit(_ relation: UInt32) {
      let number = index.count
      index[relation] = number
      lowest[relation] = number
      stack.append(relation)
      for target in targets[relation] ?? [] {
        if index[target] == nil {
          visit(target)
          lowest[relation] = min(lowest[relation] ?? 0, lowest[target] ?? 0)
        } else if stack.contains(target) {
          lowest[relation] = min(lowest[relation] ?? 0, index[target] ?? 0)
        }
      }
      guard lowest[relation] == number, let start = stack.firstIndex(of: relation) else { return }
      groups.append(Array(stack[start...]))
      stack.removeSubrange(start...)
    }
  }
}
