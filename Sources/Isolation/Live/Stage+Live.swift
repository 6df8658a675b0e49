internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension Stage {
  /// The probes of a table in the tenants' contexts.
  func probes(of factory: ProbeFactory, _ actor: Actor) throws -> [Probe] {
    let own = isLive ? try live(factory, actor).probesInContext() : try factory.probesInContext()
    return try own + sideProbes(factory)
  }

  /// The factory of probes that touch made-up rows only.
  func live(_ factory: ProbeFactory, _ actor: Actor) -> LiveProbeFactory {
    LiveProbeFactory(
      base: factory,
      conditions: PolicyConditions(
        relation: factory.table.relation, actor: actor,
        policies: catalog.policies.filter { $0.relation == factory.table.relation.oid }))
  }

  /// Takes note of what the rows in place look like, so that policies can be evaluated over them.
  mutating func readRows(of relations: [UInt32], on connection: any Connection) throws {
    var statements: [PipelineStatement] = []
    var places: [(relation: UInt32, tenant: Int, index: Int)] = []
    for oid in relations {
      guard let table = try table(oid) else { continue }
      for (tenant, rows) in table.placed.sorted(by: { $0.key < $1.key }) {
        for (index, row) in rows.enumerated() where row.text == nil {
          var one = table
          one.placed = [tenant: [row]]
          statements.append(
            PipelineStatement(
              """
              SELECT dbtool_row::text FROM \(table.sqlName) AS dbtool_row \
              WHERE \(try one.storageCondition(ofTenant: tenant))
              """))
          places.append((oid, tenant, index))
        }
      }
    }
    guard !statements.isEmpty else { return }
    for (place, outcome) in zip(places, try connection.pipeline(statements)) {
      if let error = outcome.error { throw error }
      placed[place.relation]?[place.tenant]?[place.index].text = outcome.result?.scalar
    }
  }
}

extension ProbedTable {
  /// A condition that exactly `rows` satisfy, by their primary key, which an index finds; nil when
  /// the rows are not to be sought so, or the key is not known or not `readable`.
  func keyCondition(
    _ rows: [SyntheticRow], _ readable: Set<String>, _ first: Int
  ) throws -> (sql: String, parameters: [Parameter])? {
    guard !soughtBy.isEmpty, !rows.isEmpty, soughtBy.allSatisfy(readable.contains) else {
      return nil
    }
    var parameters: [Parameter] = []
    var parts: [String] = []
    for row in rows {
      let values = soughtBy.compactMap { row.values[$0] ?? nil }
      guard values.count == soughtBy.count else { return nil }
      let equalities = try zip(soughtBy, values).map { column, value in
        parameters.append(.text(value))
        return try SQLIdentifier.readable(column) + " = $\(first + parameters.count - 1)"
      }
      parts.append("(" + equalities.joined(separator: " AND ") + ")")
    }
    return (
      parts.count == 1 ? parts[0] : "(" + parts.joined(separator: " OR ") + ")", parameters
    )
  }
}
