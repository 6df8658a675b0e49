internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension Stage {
  /// What `body` gives while the rows of a tenant are not there; nil when they could not be taken
  /// away.
  ///
  /// - Throws: `PostgresError` when the connection is lost, and what `body` throws.
  func withoutRows<Result>(
    of tenant: Int, on connection: any Connection, _ body: () throws -> Result
  ) throws -> Result? {
    try without(try removal(of: tenant), on: connection, body)
  }

  private func without<Result>(
    _ statements: [PipelineStatement], on connection: any Connection, _ body: () throws -> Result
  ) throws -> Result? {
    try connection.undoing {
      // Nothing but the rows themselves may be missing, so no trigger and no cascade shall run.
      // Only a superuser may say so; others delete in the order of the foreign keys.
      let isQuiet = try connection.ask([.withoutForeignKeys])[0].error == nil
      let outcomes = try connection.pipeline((isQuiet ? [.withoutForeignKeys] : []) + statements)
      guard !outcomes.contains(where: { $0.error != nil }) else { return nil }
      if isQuiet {
        _ = try connection.pipeline([.withForeignKeys])
      }
      return try body()
    }
  }

  /// What `body` gives while nothing refers to rows of `relations`, so that no foreign key keeps
  /// them from being deleted; nil when that cannot be had.
  ///
  /// - Throws: `PostgresError` when the connection is lost, and what `body` throws.
  func withoutReferrers<Result>(
    to relations: Set<UInt32>, on connection: any Connection, _ body: () throws -> Result
  ) throws -> Result? {
    try without(try removalOfReferrers(to: relations), on: connection, body)
  }

  /// The statements that take away the rows that refer to rows of `relations`.
  func removalOfReferrers(to relations: Set<UInt32>) throws -> [PipelineStatement] {
    var open = Array(relations)
    var referring: Set<UInt32> = []
    while let relation = open.popLast() {
      for key in catalog.constraints
      where key.kind == .foreignKey && key.referencedRelation == relation
        && !relations.contains(key.relation) && referring.insert(key.relation).inserted
      {
        open.append(key.relation)
      }
    }
    let order = synthesizer.order.relations.reversed().filter { referring.contains($0) }
    return try order.flatMap { oid -> [PipelineStatement] in
      guard let table = try table(oid) else { return [] }
      return try table.placed.keys.sorted().map { tenant in
        PipelineStatement(
          "DELETE FROM \(table.sqlName) WHERE \(try ownership(of: tenant, table))")
      }
    }
  }

  /// The statements that take a tenant's rows away, those that triggers made as well.
  func removal(of tenant: Int) throws -> [PipelineStatement] {
    try synthesizer.order.relations.reversed().compactMap { oid in
      guard let table = try table(oid), table.placed[tenant]?.isEmpty == false else { return nil }
      // Beside an application at work by the places, which needs no look at all its rows.
      guard let column = table.tenantColumn, !isLive else {
        return PipelineStatement(
          "DELETE FROM \(table.sqlName) WHERE \(try table.storageCondition(ofTenant: tenant))")
      }
      return PipelineStatement(
        "DELETE FROM \(table.sqlName) WHERE \(try SQLIdentifier.readable(column)) = $1",
        [.text(tenants[tenant])])
    }
  }
}
