internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// What a generation began from, which has to stay the same when it is taken up again.
package struct GenerationBases: Sendable, Equatable, Codable {
  /// The tenants' ids.
  package var tenants: [String]
  /// Which of them were there already.
  package var known: [Bool]
  /// The tables that get rows, by `schema.name`.
  package var tables: [String]
  /// How many rows they had.
  package var rows: [String: Int]
  /// The greatest numbers in columns of whole numbers, by `schema.table.column`.
  package var greatest: [String: Int]
}

/// What is there already: tables with rows of nobody, keys to refer to, numbers in use.
struct GenerationSurvey {
  let catalog: Catalog
  let model: TenancyModel
  /// The tables that get rows.
  private(set) var relations: [UInt32]
  /// How many rows they have.
  private(set) var existing: [UInt32: Int] = [:]
  /// The greatest numbers that stand in columns of whole numbers.
  private(set) var greatest: [ColumnSource: Int] = [:]
  /// Keys of rows to refer to.
  private(set) var pools: [KeyPool] = []
  /// Their places.
  private(set) var poolPlaces: [RecipeBuilder.PoolKey: Int] = [:]

  /// At most so many keys are read of a table, for a tenant or in all.
  private static let poolLimit = 5_000

  init(
    catalog: Catalog, model: TenancyModel, options: GenerationOptions, bases: GenerationBases?,
    on connection: any Connection
  ) throws {
    self.catalog = catalog
    self.model = model
    let candidates = catalog.sortedRelations.filter {
      [.table, .partitioned].contains($0.kind) && !$0.isPartition
    }
    func rows(_ relation: Relation) -> SeedTableRule.Rows? {
      options.manifest.rule(schema: relation.schema, name: relation.name)?.rows
    }
    let hasTenants =
      !options.tenants.isEmpty || options.newTenants > 0 || bases?.tenants.isEmpty == false
    let hasOwned = candidates.contains { model.tables[$0.oid]?.isOwned == true }
    relations = candidates.filter { relation in
      if ToolLedgers.tool(of: relation) != nil { return false }
      if let rule = rows(relation) { return rule != .perTenant(0) }
      if case .exempt = model.tables[relation.oid] { return false }
      // Where nothing belongs to tenants, everything is meant.
      return hasOwned
        ? model.tables[relation.oid]?.isOwned == true && hasTenants : options.rows != nil
    }.map(\.oid)
    if let bases {
      relations = candidates.filter { bases.tables.contains($0.displayName) }.map(\.oid)
      for relation in candidates {
        existing[relation.oid] = bases.rows[relation.displayName]
        for column in relation.columns {
          greatest[ColumnSource(relation: relation.oid, column: column.name)] =
            bases.greatest[relation.displayName + "." + column.name]
        }
      }
      return
    }
    try addReferenced(candidates, isExcluded: { rows($0) == .perTenant(0) }, on: connection)
    // In the order in which a run that goes on finds them.
    relations = candidates.map(\.oid).filter(Set(relations).contains)
    try count(on: connection)
  }

  /// Adds empty tables of nobody that others refer to, and what those refer to.
  private mutating func addReferenced(
    _ candidates: [Relation], isExcluded: (Relation) -> Bool, on connection: any Connection
  ) throws {
    let known = Dictionary(uniqueKeysWithValues: candidates.map { ($0.oid, $0) })
    var open = relations
    var seen = Set(relations)
    while !open.isEmpty {
      let targets = open.flatMap { relation in
        catalog.constraints(of: relation).filter { $0.kind == .foreignKey }
          .map(\.referencedRelation)
      }
      let fresh = Set(targets).subtracting(seen).sorted().compactMap { known[$0] }
        .filter { !isExcluded($0) }
      seen.formUnion(targets)
      let outcomes = try connection.ask(
        try fresh.map {
          PipelineStatement("SELECT EXISTS (SELECT FROM \(try Self.name($0)))::text")
        })
      open = zip(fresh, outcomes).filter { $0.1.result?.scalar == "false" }.map(\.0.oid)
      relations += open
    }
  }

  private static func name(_ relation: Relation) throws -> String {
    try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
  }

  private mutating func count(on connection: any Connection) throws {
    var places: [(relation: UInt32, columns: [String])] = []
    var statements: [PipelineStatement] = []
    for oid in relations {
      guard let relation = catalog.relations[oid] else { continue }
      let columns = relation.columns.filter {
        ["int2", "int4", "int8"].contains($0.type.baseName) && !$0.type.isArray
          && $0.type.labels.isEmpty
      }.map(\.name)
      var outputs = ["count(*)::text"]
      for column in columns {
        outputs.append("max(\(try SQLIdentifier.readable(column)))::text")
      }
      places.append((oid, columns))
      statements.append(
        PipelineStatement(
          "SELECT \(outputs.joined(separator: ", ")) FROM \(try Self.name(relation))"))
    }
    for (place, outcome) in zip(places, try connection.ask(statements)) {
      // Policies that want a tenant end the query for whom they bind.
      guard let row = outcome.result?.rows.first else { continue }
      existing[place.relation] = row.int(0)
      for (index, column) in place.columns.enumerated() {
        if let most = row.int(index + 1) {
          greatest[ColumnSource(relation: place.relation, column: column)] = most
        }
      }
    }
  }

  /// Reads keys of the tables that get no rows and that others refer to.
  mutating func readPools(tenants: [String], on connection: any Connection) throws {
    let filled = Set(relations)
    var wanted: [RecipeBuilder.PoolKey] = []
    for relation in relations {
      for key in catalog.constraints(of: relation)
      where key.kind == .foreignKey && !filled.contains(key.referencedRelation) {
        let pool = RecipeBuilder.PoolKey(
          relation: key.referencedRelation, columns: key.referencedColumns)
        if !wanted.contains(pool) { wanted.append(pool) }
      }
    }
    for pool in wanted { try read(pool, tenants: tenants, on: connection) }
  }

  private mutating func read(
    _ key: RecipeBuilder.PoolKey, tenants: [String], on connection: any Connection
  ) throws {
    guard let relation = catalog.relations[key.relation] else { return }
    let columns = try key.columns.map { "\(try SQLIdentifier.readable($0))::text" }
    let present = try key.columns.map { "\(try SQLIdentifier.readable($0)) IS NOT NULL" }
    let order = (1...columns.count).map { String($0) }.joined(separator: ", ")
    var tenantColumn: String?
    switch model.tables[key.relation] {
    case .root(let column), .column(let column): tenantColumn = column
    default: break
    }
    var statements: [PipelineStatement] = []
    let head = "SELECT \(columns.joined(separator: ", ")) FROM \(try Self.name(relation))"
    let tail = "ORDER BY \(order) LIMIT \(Self.poolLimit)"
    if let tenantColumn {
      let name = try SQLIdentifier.readable(tenantColumn)
      statements = tenants.map { tenant in
        PipelineStatement(
          "\(head) WHERE \(present.joined(separator: " AND ")) AND \(name)::text = $1 \(tail)",
          [.text(tenant)])
      }
    } else {
      statements = [
        PipelineStatement("\(head) WHERE \(present.joined(separator: " AND ")) \(tail)")
      ]
    }
    var rows: [[[[UInt8]]]] = []
    for outcome in try connection.ask(statements) {
      rows.append(
        outcome.result?.rows.map { row in
          key.columns.indices.map { Array((row[$0] ?? "").utf8) }
        } ?? [])
    }
    guard rows.contains(where: { !$0.isEmpty }) else { return }
    poolPlaces[key] = pools.count
    pools.append(KeyPool(rows: rows, isByTenant: tenantColumn != nil))
  }

  /// What the generation begins from.
  func bases(tenants: TenantRoster.Tenants) -> GenerationBases {
    func name(_ oid: UInt32) -> String { catalog.relations[oid]?.displayName ?? "" }
    return GenerationBases(
      tenants: tenants.ids, known: tenants.known, tables: relations.map(name),
      rows: Dictionary(uniqueKeysWithValues: existing.map { (name($0.key), $0.value) }),
      greatest: Dictionary(
        uniqueKeysWithValues: greatest.map {
          (name($0.key.relation) + "." + $0.key.column, $0.value)
        })
    )
  }
}
