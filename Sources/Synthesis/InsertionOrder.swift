package import Postgres

/// The order in which relations can be filled: what is referred to before what refers to it.
package struct InsertionOrder: Sendable {
  /// The relations in order.
  package let relations: [UInt32]
  /// The foreign keys that the order cannot respect, since they close a circle, by relation and
  /// name.
  package let broken: Set<Edge>

  /// A foreign key of a relation.
  package struct Edge: Hashable, Sendable {
    /// The relation that refers.
    package var relation: UInt32
    /// The constraint's name.
    package var name: String

    /// A foreign key by its relation and name.
    package init(relation: UInt32, name: String) {
      self.relation = relation
      self.name = name
    }
  }

  /// Orders `relations` by the foreign keys among them.
  ///
  /// A circle is broken at a foreign key that may be NULL, else at one that can be deferred, else
  /// anywhere.
  package init(_ relations: [UInt32], catalog: Catalog) {
    let wanted = Set(relations)
    var edges: [UInt32: [Constraint]] = [:]
    for constraint in catalog.constraints
    where constraint.kind == .foreignKey && wanted.contains(constraint.relation)
      && wanted.contains(constraint.referencedRelation)
      && constraint.referencedRelation != constraint.relation
    {
      edges[constraint.relation, default: []].append(constraint)
    }
    var order: [UInt32] = []
    var done: Set<UInt32> = []
    var broken: Set<Edge> = []
    var rest = relations
    while !rest.isEmpty {
      let ready = rest.filter { relation in
        edges[relation, default: []].allSatisfy {
          done.contains($0.referencedRelation)
            || broken.contains(Edge(relation: relation, name: $0.name))
        }
      }
      guard ready.isEmpty else {
        order += ready
        done.formUnion(ready)
        rest.removeAll { done.contains($0) }
        continue
      }
      let unresolved = rest.flatMap { relation in
        edges[relation, default: []].filter {
          !done.contains($0.referencedRelation)
            && !broken.contains(Edge(relation: relation, name: $0.name))
        }
      }
      // What only waits for a circle is no part of it, and its keys can be respected.
      let open = unresolved.filter {
        Self.leads(from: $0.referencedRelation, to: $0.relation, over: unresolved)
      }
      func mayBeNull(_ constraint: Constraint) -> Bool {
        constraint.columns.contains {
          catalog.relations[constraint.relation]?.column($0)?.isNotNull == false
        }
      }
      guard
        let weakest = open.first(where: mayBeNull) ?? open.first(where: \.isDeferrable)
          ?? open.first
      else { break }
      broken.insert(Edge(relation: weakest.relation, name: weakest.name))
    }
    self.relations = order
    self.broken = broken
  }

  /// True when foreign keys lead from one relation to the other.
  private static func leads(
    from start: UInt32, to end: UInt32, over keys: [Constraint]
  ) -> Bool {
    var reached: Set<UInt32> = [start]
    var open = [start]
    while let relation = open.popLast() {
      if relation == end { return true }
      for key in keys where key.relation == relation {
        if reached.insert(key.referencedRelation).inserted { open.append(key.referencedRelation) }
      }
    }
    return false
  }
}
