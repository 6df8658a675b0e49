/// The definitions of a database that dbtool reasons about, as they were at one moment.
package struct Catalog: Sendable {
  /// The relations of the user's schemas by OID.
  package var relations: [UInt32: Relation]
  /// Constraints of relations and domains, and unique indexes that are no constraint.
  package var constraints: [Constraint]
  /// Row-level security policies.
  package var policies: [PolicyDefinition]
  /// Functions.
  package var routines: [Routine]

  /// The relations in order of schema and name.
  package var sortedRelations: [Relation] {
    relations.values.sorted { ($0.schema, $0.name) < ($1.schema, $1.name) }
  }

  /// The constraints of a relation.
  package func constraints(of relation: UInt32) -> [Constraint] {
    constraints.filter { $0.relation == relation }
  }

  /// The constraints by the relation they belong to.
  package var constraintsByRelation: [UInt32: [Constraint]] {
    Dictionary(grouping: constraints.filter { $0.relation != 0 }, by: \.relation)
  }

  /// The CHECK expressions of a domain.
  package func checks(ofDomain domain: UInt32) -> [String] {
    constraints.filter { $0.domain == domain }.compactMap(\.expression)
  }

  /// The policies by the relation they belong to.
  package var policiesByRelation: [UInt32: [PolicyDefinition]] {
    Dictionary(grouping: policies, by: \.relation)
  }
}
