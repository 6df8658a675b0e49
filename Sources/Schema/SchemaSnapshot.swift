package import Postgres

/// What a database is made of, as SQL, apart from its rows.
package struct SchemaSnapshot: Sendable, Equatable {
  /// The objects in the order in which they can be created.
  package var objects: [SchemaObject]

  /// Reads the schema of a database.
  ///
  /// Roles are those that something in the database names: as owner, in a privilege or in a policy.
  ///
  /// - Throws: `PostgresError`, also for names that are twins.
  package static func read(_ connection: any Connection) throws -> SchemaSnapshot {
    var statements = [
      PipelineStatement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
      // With nothing in the path the server writes every name with its schema.
      PipelineStatement("SET LOCAL search_path = ''"),
    ]
    statements += SchemaQueries.all.map { PipelineStatement($0) }
    statements.append(PipelineStatement(SchemaQueries.dependencies))
    // A synchronization point before, so that it is run after an error as well.
    statements[statements.count - 1].synchronizes = true
    statements.append(PipelineStatement("ROLLBACK"))
    let outcomes = try connection.pipeline(statements)
    for outcome in outcomes { if let error = outcome.error { throw error } }
    let results = outcomes.compactMap(\.result)
    let objects = results.dropFirst(2).prefix(SchemaQueries.all.count).flatMap { result in
      result.rows.compactMap { SchemaObject($0) }
    }
    try NameTwins.refuse(objects.map(\.key))
    let needs = results[results.count - 2].rows.map { ($0.text(0), $0.text(1)) }
    return SchemaSnapshot(objects: CreationOrder.sorted(objects, needs: needs))
  }

  /// The schema without some tables or whole schemas and all that belongs to them, for example the
  /// ledger of another tool.
  package func without(_ names: [String]) -> SchemaSnapshot {
    SchemaSnapshot(objects: objects.filter { object in !names.contains { object.belongs(to: $0) } })
  }

  /// The statement that makes one of the objects, without its semicolon.
  package func sql(creating object: SchemaObject) -> String {
    SchemaScript.statement(creating: object, in: self)
  }

  /// The whole schema as a script, which a fresh database takes.
  package var script: String { SchemaScript.text(of: self) }
}

extension SchemaObject {
  /// True for the table or schema called `owner`, and for what stands or falls with it.
  fileprivate func belongs(to owner: String) -> Bool {
    if name == owner || table == owner || name.hasPrefix(owner + ".") { return true }
    if name.hasSuffix(" " + owner) || name.contains(" \(owner).") { return true }
    // PostgreSQL names the sequence of a serial column after its table.
    return [.sequence, .sequenceOwner].contains(kind) && name.hasPrefix(owner + "_")
  }

  fileprivate init?(_ row: Row) {
    guard let kind = Kind(rawValue: row.text(0)) else { return nil }
    self.init(
      kind: kind, name: row.text(1), table: row[2], definition: row.text(3),
      tail: row["tail"] ?? "", removal: row.text(4),
      isInline: row.bool(5), address: row.text(6))
  }
}
