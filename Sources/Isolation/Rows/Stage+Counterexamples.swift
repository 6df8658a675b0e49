internal import Postgres
internal import Synthesis
internal import Tenants

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
    // What rows hang on is inserted once, however many do.
    var laid: [SyntheticRow] = []
    for (tenant, rows) in (counterexamples[relation.oid]?.placed ?? [:]).sorted(by: {
      $0.key < $1.key
    }) {
      for opened in rows {
        let prerequisites = opened.prerequisites.filter { !laid.contains($0) }
        var statements = [PipelineStatement("SAVEPOINT dbtool_counterexample")]
        if isSilent { statements.append(.withoutForeignKeys) }
        for row in prerequisites {
          guard let owner = catalog.relations[row.relation] else { continue }
          statements.append(try row.insertion(into: owner))
        }
        var statement = try opened.row.insertion(into: relation)
        statement.sql += " RETURNING tableoid::text, ctid::text"
        statement.synchronizes = true
        let outcomes = try connection.pipeline(statements + [statement])
        guard let stored = outcomes.last?.result?.rows.first else {
          try connection.execute("ROLLBACK TO SAVEPOINT dbtool_counterexample")
          continue
        }
        laid += prerequisites
        placed[relation.oid]?[tenant]?.append(
          PlacedRow(
            row: opened.row, storage: stored.text(0), place: stored.text(1),
            prerequisites: opened.prerequisites))
        if isSilent { _ = try connection.pipeline([.withForeignKeys]) }
      }
    }
    if isLive { try readRows(of: [relation.oid], on: connection) }
  }
}
