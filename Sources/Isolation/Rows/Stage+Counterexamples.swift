internal import Postgres
internal import Synthesis

extension Stage {
  /// Looks for rows that the policies open to the other tenant, to be probed with the others.
  ///
  /// Sets the tenant in the session, so it has to come after `probeUnset`.
  mutating func searchCounterexamples(
    _ targets: [Relation], as actors: [Actor], tenantSetting: String, on connection: any Connection
  ) throws {
    let search = CounterexampleSearch(
      catalog: catalog, actors: actors, tenancy: model.tables, tenants: tenants,
      contexts: contexts.map(plan.settings), tenantSetting: tenantSetting)
    counterexamples = try search.run(
      targets.filter { placed[$0.oid] != nil }, synthesizer: &synthesizer, on: connection)
  }

  /// Inserts the counterexamples of a table; those that the table refuses are no rows it could
  /// have.
  mutating func placeCounterexamples(
    in relation: Relation, on connection: any Connection
  ) throws {
    try placeDependents(in: relation, on: connection)
    for (tenant, rows) in (counterexamples[relation.oid]?.placed ?? [:]).sorted(by: {
      $0.key < $1.key
    }) {
      for row in rows {
        var statement = try row.insertion(into: relation)
        statement.sql += " RETURNING tableoid::text, ctid::text"
        statement.synchronizes = true
        let outcomes = try connection.pipeline(
          [PipelineStatement("SAVEPOINT dbtool_counterexample")]
            + (isSilent ? [.withoutForeignKeys] : []) + [statement])
        guard let stored = outcomes.last?.result?.rows.first else {
          try connection.execute("ROLLBACK TO SAVEPOINT dbtool_counterexample")
          continue
        }
        placed[relation.oid]?[tenant]?.append(
          PlacedRow(row: row, storage: stored.text(0), place: stored.text(1)))
        if isSilent { _ = try connection.pipeline([.withForeignKeys]) }
      }
    }
    if isLive { try readRows(of: [relation.oid], on: connection) }
  }

  /// Inserts rows that hang on rows which another table's policies open, and those before them.
  private mutating func placeDependents(
    in relation: Relation, on connection: any Connection
  ) throws {
    for (tenant, dependents) in (counterexamples[relation.oid]?.dependents ?? [:]).sorted(by: {
      $0.key < $1.key
    }) {
      for dependent in dependents {
        var statements = [PipelineStatement("SAVEPOINT dbtool_dependent")]
        for row in dependent.prerequisites {
          guard let owner = catalog.relations[row.relation] else { continue }
          statements.append(try row.insertion(into: owner))
        }
        var insertion = try dependent.row.insertion(into: relation)
        insertion.sql += " RETURNING tableoid::text, ctid::text"
        insertion.synchronizes = true
        let outcomes = try connection.pipeline(statements + [insertion])
        guard let stored = outcomes.last?.result?.rows.first else {
          try connection.execute("ROLLBACK TO SAVEPOINT dbtool_dependent")
          continue
        }
        prerequisites[relation.oid, default: []] += dependent.prerequisites
        placed[relation.oid]?[tenant]?.append(
          PlacedRow(row: dependent.row, storage: stored.text(0), place: stored.text(1)))
      }
    }
  }
}
