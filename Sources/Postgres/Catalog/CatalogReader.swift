/// Reads a database's definitions.
package enum CatalogReader {
  /// The definitions of the user's own schemas, in one network wait.
  ///
  /// - Throws: `PostgresError`, also for names that are twins.
  package static func read(from connection: any Connection) throws -> Catalog {
    let texts = [
      CatalogQueries.relations, CatalogQueries.columns, CatalogQueries.constraints,
      CatalogQueries.policies, CatalogQueries.routines,
    ]
    let results = try resultsOf(texts.map { PipelineStatement($0) }, connection)
    var relations: [UInt32: Relation] = [:]
    for row in results[0].rows {
      guard let relation = Relation(row) else { continue }
      relations[relation.oid] = relation
    }
    for row in results[1].rows {
      relations[row.oid(0)]?.columns.append(Column(row))
    }
    let catalog = Catalog(
      relations: relations, constraints: results[2].rows.compactMap { Constraint($0) },
      policies: results[3].rows.map { PolicyDefinition($0) },
      routines: results[4].rows.map { Routine($0) })
    try refuseTwins(in: catalog)
    return catalog
  }

  private static func refuseTwins(in catalog: Catalog) throws(PostgresError) {
    try NameTwins.refuse(catalog.relations.values.map { "\($0.schema).\($0.name)" })
    for relation in catalog.relations.values {
      try NameTwins.refuse(relation.columns.map(\.name))
    }
    try NameTwins.refuse(catalog.policies.map { "\($0.relation) \($0.name)" })
    try NameTwins.refuse(catalog.routines.map { "\($0.schema).\($0.name)" })
  }

  /// The attributes of `role`; nil when there is no such role.
  ///
  /// - Throws: `PostgresError`.
  package static func role(_ role: String, from connection: any Connection) throws
    -> RoleAttributes?
  {
    try connection.execute(CatalogQueries.role, [.text(role)]).rows.first.map {
      RoleAttributes($0)
    }
  }

  /// What `role` may do with each relation, by the relation's OID.
  ///
  /// - Throws: `PostgresError`, for example of SQLSTATE 42704 when there is no such role.
  package static func privileges(of role: String, from connection: any Connection) throws
    -> [UInt32: RelationPrivileges]
  {
    privileges(in: try connection.execute(CatalogQueries.privileges, [.text(role)]))
  }

  /// What a role may do with each relation, from the query's result.
  package static func privileges(in result: QueryResult) -> [UInt32: RelationPrivileges] {
    Dictionary(uniqueKeysWithValues: result.rows.map { ($0.oid(0), RelationPrivileges($0)) })
  }

  /// The SECURITY DEFINER functions that `role` may call, by OID.
  ///
  /// - Throws: `PostgresError`.
  package static func definerFunctions(
    executableBy role: String, from connection: any Connection
  ) throws -> Set<UInt32> {
    functions(in: try connection.execute(CatalogQueries.executableRoutines, [.text(role)]))
  }

  /// The functions that the query's result names.
  package static func functions(in result: QueryResult) -> Set<UInt32> {
    Set(result.rows.map { $0.oid(0) })
  }

  /// The role that the query's result describes; nil when there is none.
  package static func role(in result: QueryResult) -> RoleAttributes? {
    result.rows.first.map { RoleAttributes($0) }
  }

  private static func resultsOf(
    _ statements: [PipelineStatement], _ connection: any Connection
  ) throws -> [QueryResult] {
    try connection.pipeline(statements).map { outcome in
      switch outcome {
      case .result(let result): return result
      case .failure(let error): throw error
      case .skipped: throw PostgresError(.server, "a catalog query was skipped")
      }
    }
  }
}

extension Row {
  func oid(_ index: Int) -> UInt32 { UInt32(text(index)) ?? 0 }
  func list(_ index: Int) -> [String] {
    self[index].map { PostgresArray.elements(of: $0).compactMap { $0 } } ?? []
  }
}

extension Relation {
  init?(_ row: Row) {
    guard let kind = Kind(rawValue: row.text(3)) else { return nil }
    self.init(
      oid: row.oid(0), schema: row.text(1), name: row.text(2), kind: kind, owner: row.text(4),
      hasRowSecurity: row.bool(5), forcesRowSecurity: row.bool(6), isPartition: row.bool(7),
      parents: row.list(8).compactMap { UInt32($0) }, options: row.list(9),
      partitionConstraint: row[10], hasTriggers: row.bool(11))
  }
}

extension Column {
  init(_ row: Row) {
    let generation: Generation
    switch (row.text(14), row.text(15)) {
    case (_, "s"), (_, "v"): generation = .stored
    case ("a", _): generation = .identityAlways
    case ("d", _): generation = .identityByDefault
    default: generation = .none
    }
    self.init(
      number: row.int(1) ?? 0, name: row.text(2),
      type: ColumnType(
        sql: row.text(3), baseName: row.text(4), baseSQL: row.text(5),
        category: row.text(6).first ?? "b", domain: row[7].flatMap { UInt32($0) },
        labels: row.list(8), elementName: row[9], isArray: row.bool(10),
        modifier: row.int(11) ?? -1),
      isNotNull: row.bool(12), defaultExpression: generation == .stored ? nil : row[13],
      generation: generation, computation: generation == .stored ? row[13] : nil)
  }
}

extension Constraint {
  init?(_ row: Row) {
    guard let kind = Kind(rawValue: row.text(1)) else { return nil }
    self.init(
      name: row.text(0), kind: kind, relation: row.oid(2), domain: row.oid(3),
      columns: row.list(4), referencedRelation: row.oid(5), referencedColumns: row.list(6),
      deleteAction: Action(rawValue: row.text(7)) ?? .noAction, isDeferrable: row.bool(8),
      expression: row[9], definition: row.text(10))
  }
}

extension Routine {
  init(_ row: Row) {
    // Without modes all arguments are for input.
    let modes = row[14].map { _ in row.list(14) } ?? row.list(3).map { _ in "i" }
    let names = row.list(13)
    let inputs = modes.indices.filter { ["i", "b", "v"].contains(modes[$0]) }
    self.init(
      oid: row.oid(0), schema: row.text(1), name: row.text(2),
      kind: Kind(rawValue: row.text(10)) ?? .function, argumentTypes: row.list(3),
      argumentNames: inputs.map { names.indices.contains($0) ? names[$0] : "" },
      argumentModes: modes, defaultCount: row.int(12) ?? 0, isVariadic: row.bool(11),
      result: row[15],
      isSecurityDefiner: row.bool(4),
      volatility: Volatility(rawValue: row.text(5)) ?? .volatile, owner: row.text(6),
      source: row.text(7), settings: row.list(9),
      policyRelations: row.list(8).compactMap { UInt32($0) })
  }
}

extension PolicyDefinition {
  init(_ row: Row) {
    self.init(
      name: row.text(0), relation: row.oid(1), command: row.text(2), isPermissive: row.bool(3),
      roles: row.list(4), using: row[5], check: row[6])
  }
}

extension RoleAttributes {
  init(_ row: Row) {
    self.init(
      name: row.text(0), isSuperuser: row.bool(1), bypassesRowSecurity: row.bool(2),
      createsRoles: row.bool(3), memberships: row.list(4), unboundMemberships: row.list(5),
      creatableSchemas: row.list(6), settings: row.list(7), inherited: row.list(8),
      createsSchemas: row.bool(9))
  }
}

extension RelationPrivileges {
  init(_ row: Row) {
    self.init(
      select: Set(row.list(1)), insert: Set(row.list(2)), update: Set(row.list(3)),
      delete: row.bool(4), usesSchema: row.bool(5), truncate: row.bool(6),
      references: row.bool(7), trigger: row.bool(8))
  }
}
