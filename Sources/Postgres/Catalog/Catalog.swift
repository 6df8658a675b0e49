/// The definitions of a database that dbtool reasons about, as they were at one moment.
package struct Catalog: Sendable {
  /// The relations of the user's schemas by OID.
  package let relations: [UInt32: Relation]
  /// Constraints of relations and domains, and unique indexes that are no constraint.
  package let constraints: [Constraint]
  /// Row-level security policies.
  package let policies: [PolicyDefinition]
  /// Functions.
  package let routines: [Routine]
  /// The constraints by the relation they belong to.
  package let constraintsByRelation: [UInt32: [Constraint]]
  /// The policies by the relation they belong to.
  package let policiesByRelation: [UInt32: [PolicyDefinition]]

  /// A catalog from its parts.
  package init(
    relations: [UInt32: Relation], constraints: [Constraint], policies: [PolicyDefinition],
    routines: [Routine]
  ) {
    self.relations = relations
    self.constraints = constraints
    self.policies = policies
    self.routines = routines
    constraintsByRelation = Dictionary(
      grouping: constraints.filter { $0.relation != 0 }, by: \.relation)
    policiesByRelation = Dictionary(grouping: policies, by: \.relation)
  }

  /// The relations in order of schema and name.
  package var sortedRelations: [Relation] {
    relations.values.sorted { ($0.schema, $0.name) < ($1.schema, $1.name) }
  }

  /// The conditions of which a row of `relation` must satisfy one: the bounds of a partition, or
  /// for a partitioned table those of the partitions that store its rows, the last ones if there
  /// are many.
  package func bounds(of relation: Relation) -> [String] {
    guard relation.kind == .partitioned else {
      return relation.partitionConstraint.map { [$0] } ?? []
    }
    var leaves: [Relation] = []
    var open: Set<UInt32> = [relation.oid]
    while !open.isEmpty {
      let children = sortedRelations.filter { $0.isPartition && !open.isDisjoint(with: $0.parents) }
      leaves += children.filter { $0.kind != .partitioned }
      open = Set(children.map(\.oid))
    }
    return leaves.suffix(20).compactMap(\.partitionConstraint)
  }

  /// The constraints of a relation.
  package func constraints(of relation: UInt32) -> [Constraint] {
    constraintsByRelation[relation] ?? []
  }

  /// The CHECK expressions of a domain and of the domains under it.
  package func checks(ofDomain domain: UInt32) -> [String] {
    constraints.filter { $0.domain == domain }.compactMap(\.expression)
  }
}
