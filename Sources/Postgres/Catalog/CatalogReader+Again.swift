/// What of the catalog is read again after a change.
package enum CatalogPart: Sendable, CaseIterable {
  /// The row of `pg_class`: owner, flags, options.
  case relation
  /// The policies of a relation.
  case policies
  /// The constraints of a relation.
  case constraints
  /// Functions.
  case routines
}

extension CatalogReader {
  /// The statements that read parts of the catalog again for some relations and functions.
  package static func statements(
    reading parts: [CatalogPart], of oids: [UInt32]
  ) -> [PipelineStatement] {
    let list = Parameter.text("{" + oids.map { String($0) }.joined(separator: ",") + "}")
    return parts.map { part in
      let (query, columns, column) =
        switch part {
        case .relation: (CatalogQueries.relations, "oid", "oid")
        case .policies: (CatalogQueries.policies, "name, relation", "relation")
        case .constraints: (CatalogQueries.constraints, "name, kind, relation", "relation")
        case .routines: (CatalogQueries.routines, "oid", "oid")
        }
      return PipelineStatement(
        "SELECT * FROM (\(query)) part (\(columns)) WHERE \(column) = ANY ($1::text[])", [list])
    }
  }

  /// The statement that reads what a role may do with some relations.
  package static func privilegesStatement(
    of role: String, on oids: [UInt32]
  ) -> PipelineStatement {
    PipelineStatement(
      "SELECT * FROM (\(CatalogQueries.privileges)) part (oid) WHERE oid = ANY ($2::text[])",
      [
        .text(role), .text("{" + oids.map { String($0) }.joined(separator: ",") + "}"),
      ])
  }

  /// The statement that reads a role's attributes.
  package static func roleStatement(_ role: String) -> PipelineStatement {
    PipelineStatement(CatalogQueries.role, [.text(role)])
  }

  /// The statement that reads which SECURITY DEFINER functions a role may call.
  package static func definerStatement(executableBy role: String) -> PipelineStatement {
    PipelineStatement(CatalogQueries.executableRoutines, [.text(role)])
  }
}

extension Catalog {
  /// Takes over what `CatalogReader.statements` read for some relations and functions.
  package mutating func take(_ part: CatalogPart, of oids: [UInt32], from result: QueryResult) {
    switch part {
    case .relation:
      for row in result.rows {
        guard var relation = Relation(row) else { continue }
        relation.columns = relations[relation.oid]?.columns ?? []
        relations[relation.oid] = relation
      }
    case .policies:
      let read = result.rows.map { PolicyDefinition($0) }
      policies.removeAll { oids.contains($0.relation) }
      policies += read
      for oid in oids { policiesByRelation[oid] = read.filter { $0.relation == oid } }
    case .constraints:
      let read = result.rows.compactMap { Constraint($0) }
      constraints.removeAll { oids.contains($0.relation) }
      constraints += read
      for oid in oids { constraintsByRelation[oid] = read.filter { $0.relation == oid } }
    case .routines:
      routines.removeAll { oids.contains($0.oid) }
      routines += result.rows.map { Routine($0) }
    }
  }
}

extension CatalogReader {
  /// What each view, materialized view included, reads directly.
  ///
  /// - Throws: `PostgresError`.
  package static func viewSources(from connection: any Connection) throws -> [UInt32: Set<UInt32>] {
    let result = try connection.execute(
      """
      SELECT DISTINCT r.ev_class::text, d.refobjid::text
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
      WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
      """)
    return result.rows.reduce(into: [:]) { $0[$1.oid(0), default: []].insert($1.oid(1)) }
  }
}
