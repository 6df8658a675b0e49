extension CatalogReader {
  /// What lies around the tables, as far as it concerns `roles`, in one network wait.
  ///
  /// - Throws: `PostgresError`, also for names that are twins.
  package static func surroundings(
    of roles: [String], from connection: any Connection
  ) throws -> Surroundings {
    let texts = [
      SurroundingsQueries.schemas, SurroundingsQueries.database, SurroundingsQueries.roles,
      SurroundingsQueries.sequences, SurroundingsQueries.defaultPrivileges,
      SurroundingsQueries.triggers, SurroundingsQueries.routines,
      SurroundingsQueries.triggerRoutines,
    ]
    let list = Parameter.text(PostgresArray.text(of: roles))
    let results = try connection.pipeline(texts.map { PipelineStatement($0, [list]) }).map {
      outcome in
      switch outcome {
      case .result(let result): return result.rows
      case .failure(let error): throw error
      case .skipped: throw PostgresError(.server, "a catalog query was skipped")
      }
    }
    for rows in [results[0], results[2]] { try NameTwins.refuse(rows.map { $0.text(0) }) }
    try NameTwins.refuse(results[3].map { "\($0.text(0)).\($0.text(1))" })
    let database = results[1].first
    return Surroundings(
      schemaOwners: Dictionary(uniqueKeysWithValues: results[0].map { ($0.text(0), $0.text(1)) }),
      databaseOwner: database?.text(0) ?? "",
      roles: Dictionary(uniqueKeysWithValues: results[2].map { ($0.text(0), RoleReach($0)) }),
      sequences: results[3].map { SequenceDefinition($0) },
      defaultPrivileges: results[4].map { DefaultPrivilege($0) },
      triggers: results[5].map { TriggerDefinition($0) },
      routines: results[6].map { CallableRoutine($0) },
      triggerRoutines: results[7].map { CallableRoutine($0) },
      largeObjectsAreOpen: database?.text(1) == "on")
  }
}

extension Row {
  fileprivate func names(_ index: Int) -> [String] {
    self[index].map { PostgresArray.elements(of: $0).compactMap { $0 } } ?? []
  }

  fileprivate func identifiers(_ index: Int) -> [UInt32] { names(index).compactMap { UInt32($0) } }
}

extension RoleReach {
  fileprivate init(_ row: Row) {
    self.init(
      replicates: row.bool(1), createsTemporary: row.bool(2), mappedServers: row.names(3),
      unboundConnectors: row.names(4), largeObjects: row.int(5) ?? 0,
      largeObject: row[6].flatMap { UInt32($0) })
  }
}

extension SequenceDefinition {
  fileprivate init(_ row: Row) {
    self.init(
      schema: row.text(0), name: row.text(1), relations: row.identifiers(2),
      readers: row.names(3), setters: row.names(4))
  }
}

extension DefaultPrivilege {
  fileprivate init(_ row: Row) {
    self.init(creator: row.text(0), schema: row[1], grantee: row[2], privileges: row.names(3))
  }
}

extension TriggerDefinition {
  fileprivate init(_ row: Row) {
    self.init(
      relation: UInt32(row.text(0)) ?? 0, name: row.text(1), function: row.text(2),
      source: row.text(3), isSecurityDefiner: row.bool(4), firesOnInsert: row.bool(5),
      firesOnUpdate: row.bool(6), firesOnDelete: row.bool(7))
  }
}

extension CallableRoutine {
  fileprivate init(_ row: Row) {
    self.init(
      oid: UInt32(row.text(0)) ?? 0, schema: row.text(1), name: row.text(2),
      isProcedure: row.bool(3), argumentTypes: row.names(4), language: row.text(5),
      source: row.text(6), definition: row.text(7), hasBoundBody: row.bool(8),
      isLeakproof: row.bool(9), isSecurityDefiner: row.bool(10), isVolatile: row.bool(11),
      owner: row.text(12), settings: row.names(13), policyRelations: row.identifiers(14),
      executors: row.names(15))
  }
}
