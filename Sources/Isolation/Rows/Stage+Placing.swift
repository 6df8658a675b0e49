internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension Stage {
  /// Inserts the rows; tables that refuse theirs become obstacles.
  mutating func place(on connection: any Connection) throws {
    var rest = order
    while !rest.isEmpty {
      var statements: [PipelineStatement] = []
      var owners: [(relation: UInt32, row: SyntheticRow?)] = []
      for relation in rest {
        let isSilent = isSilent || triggersRest.contains(relation)
        let name = "dbtool_table_\(relation)"
        savepoints[relation] = name
        statements.append(PipelineStatement("SAVEPOINT \(name)"))
        owners.append((relation, nil))
        if isSilent {
          statements.append(.withoutForeignKeys)
          owners.append((relation, nil))
        }
        for row in rows(toPlaceIn: relation) {
          guard let target = catalog.relations[relation] else { continue }
          statements.append(try placing(row, in: target))
          owners.append((relation, row))
        }
        if isSilent {
          statements.append(.withForeignKeys)
          owners.append((relation, nil))
        }
      }
      let outcomes = try connection.pipeline(statements)
      rest = try accept(outcomes, owners, after: rest, on: connection)
    }
  }

  /// Takes all rows away and inserts them again; what was found for the tables beside is left out.
  mutating func placeAnew(on connection: any Connection) throws {
    if let first = order.first, let name = savepoints[first] {
      try connection.execute("ROLLBACK TO SAVEPOINT \(name)")
    }
    placed = [:]
    for relation in counterexamples.keys { counterexamples[relation]?.placed = [:] }
    try place(on: connection)
  }

  private func placing(
    _ row: SyntheticRow, in relation: Relation
  ) throws -> PipelineStatement {
    var statement = try row.insertion(into: relation)
    statement.sql += " RETURNING tableoid::text, ctid::text"
    // A trigger may give the row to somebody else.
    if relation.hasTriggers, let name = synthesizer.tenantColumn(of: relation.oid),
      let column = relation.column(name), let value = row.values[name] ?? nil
    {
      statement.parameters.append(.text(value))
      statement.sql +=
        ", (\(try SQLIdentifier.readable(name)) IS NOT DISTINCT FROM CAST($\(statement.parameters.count) AS \(column.type.baseSQL)))::text"
    }
    return statement
  }

  /// Takes note of the rows that were placed, and gives back the tables that are still to be
  /// filled.
  private mutating func accept(
    _ outcomes: [PipelineOutcome], _ owners: [(relation: UInt32, row: SyntheticRow?)],
    after rest: [UInt32], on connection: any Connection
  ) throws -> [UInt32] {
    for (index, outcome) in outcomes.enumerated() {
      let (relation, row) = owners[index]
      if let row, row == namesakes[relation], outcome.error != nil, let name = savepoints[relation]
      {
        synthesizer.remove(row)
        namesakes[relation] = nil
        placed[relation] = nil
        try connection.execute("ROLLBACK TO SAVEPOINT \(name)")
        return Array(rest.drop { $0 != relation })
      }
      if let error = outcome.error {
        let isHopeless = error.sqlState == .lockNotAvailable && !isLive
        if error.sqlState == .readOnlyTransaction || isHopeless {
          throw error
        }
        if error.sqlState != .lockNotAvailable,
          try retryWithoutTriggers(relation, on: connection)
        {
          return Array(rest.drop { $0 != relation })
        }
        if error.sqlState == .uniqueViolation,
          let maker = try restMakers(of: relation, on: connection)
        {
          return Array(order.drop { $0 != maker })
        }
        try giveUp(relation, Obstacle("a row could not be inserted: \(error)"), on: connection)
        return Array(rest.drop { $0 != relation }.dropFirst())
      }
      guard let row, let result = outcome.result else { continue }
      let wasRewritten = result.rows.first.map { $0.count > 2 && !$0.bool(2) } == true
      guard let stored = result.rows.first, !wasRewritten else {
        if try retryWithoutTriggers(relation, on: connection) {
          return Array(rest.drop { $0 != relation })
        }
        try giveUp(
          relation,
          Obstacle(
            wasRewritten
              ? "a trigger gave the row that was inserted to another tenant"
              : "a trigger or rule dropped the row that was inserted"), on: connection)
        return Array(rest.drop { $0 != relation }.dropFirst())
      }
      guard case .tenant(let tenant) = row.owner else { continue }
      placed[relation, default: [:]][tenant, default: []].append(
        PlacedRow(row: row, storage: stored.text(0), place: stored.text(1)))
    }
    return []
  }

  /// Triggers that want a tenant's context, which nobody has while rows are placed, may rest.
  private mutating func retryWithoutTriggers(
    _ relation: UInt32, on connection: any Connection
  ) throws -> Bool {
    guard !isSilent, catalog.relations[relation]?.hasTriggers == true,
      triggersRest.insert(relation).inserted,
      let name = savepoints[relation]
    else { return false }
    try connection.execute("ROLLBACK TO SAVEPOINT \(name)")
    placed[relation] = nil
    return true
  }

  /// A trigger of a table that `relation` refers to may have made the row already, as when each new
  /// tenant gets its settings; it may rest too.
  ///
  /// - Returns: The first table that has to be filled again.
  private mutating func restMakers(
    of relation: UInt32, on connection: any Connection
  ) throws -> UInt32? {
    guard !isSilent else { return nil }
    let makers = Self.ancestors(of: [relation], catalog: catalog).filter {
      $0 != relation && placed[$0] != nil && catalog.relations[$0]?.hasTriggers == true
        && !triggersRest.contains($0)
    }
    guard let first = order.first(where: makers.contains), let name = savepoints[first] else {
      return nil
    }
    triggersRest.formUnion(makers)
    try connection.execute("ROLLBACK TO SAVEPOINT \(name)")
    for other in order.drop(while: { $0 != first }) { placed[other] = nil }
    return first
  }

  private mutating func giveUp(
    _ relation: UInt32, _ obstacle: Obstacle, on connection: any Connection
  ) throws {
    if let name = savepoints[relation] {
      try connection.execute("ROLLBACK TO SAVEPOINT \(name)")
    }
    synthesizer.block(relation, obstacle)
    placed[relation] = nil
    // What refers to the missing rows cannot be filled either.
    var open = [relation]
    while let parent = open.popLast() {
      for key in catalog.constraints
      where key.kind == .foreignKey && key.referencedRelation == parent && needsParent(key)
        && synthesizer.obstacles[key.relation] == nil
      {
        let name = catalog.relations[parent]?.displayName ?? "?"
        synthesizer.block(
          key.relation,
          Obstacle("foreign key \(key.name) needs a row of \(name), which could not be made"))
        open.append(key.relation)
      }
    }
  }

  private func needsParent(_ key: Constraint) -> Bool {
    guard key.relation != key.referencedRelation else { return false }
    let row = synthesizer.owners(of: key.relation).lazy
      .compactMap { synthesizer.rows(of: key.relation, owner: $0).first }.first
    return row.map { row in key.columns.allSatisfy { (row.values[$0] ?? nil) != nil } } ?? false
  }

  private func rows(toPlaceIn relation: UInt32) -> [SyntheticRow] {
    guard synthesizer.obstacles[relation] == nil else { return [] }
    return synthesizer.owners(of: relation).flatMap {
      synthesizer.rows(of: relation, owner: $0).dropLast()
    }
  }
}
