internal import Postgres
internal import Synthesis
internal import Wording

/// Rows of many tenants in all tables, for as long as the savepoint around them stands.
struct Volume {
  /// The number of tenants.
  let tenants: Int
  /// The number of rows in each table that was filled.
  private(set) var rows: [UInt32: Int] = [:]
  /// The statement that filled each table.
  private(set) var statements: [UInt32: String] = [:]
  /// Why tables could not be filled.
  private(set) var obstacles: [UInt32: String] = [:]
  /// What has to come before the statements that fill.
  private(set) var preparation: [String] = []
  /// True when neither triggers nor foreign keys are looked at meanwhile.
  private var isQuiet = false
  /// The tables in the order in which they were filled.
  let relations: [Relation]

  /// Less than this many pages tell nothing: reading them all costs as little as an index.
  private static let leastPages = 20

  /// Empties the tables and fills them.
  ///
  /// An emptied table gets a file of its own until the transaction is rolled back, so neither dead
  /// rows nor estimates of the planner (`pg_class.reltuples`, which ANALYZE writes past
  /// transactions) stay.
  ///
  /// - Throws: `PostgresError` when the connection is lost or tables cannot be emptied.
  init(_ survey: Survey) throws {
    let plan = VolumePlan(survey)
    tenants = plan.tenants
    relations = plan.relations
    guard !relations.isEmpty else { return }
    let connection = survey.connection
    // A table cannot be emptied while checks of its rows are to come.
    try connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    let names = relations.map { SQLNames.of($0) }.joined(separator: ", ")
    isQuiet = try connection.ask([.withoutForeignKeys])[0].error == nil
    if isQuiet { _ = try connection.pipeline([.withoutForeignKeys]) }
    preparation = ["SET CONSTRAINTS ALL IMMEDIATE;"]
    if isQuiet { preparation.append("SET LOCAL session_replication_role = replica;") }
    preparation.append("TRUNCATE \(names) CASCADE;")
    try connection.execute("TRUNCATE \(names) CASCADE")
    for statement in renewals(survey.catalog) {
      preparation.append(statement + ";")
      try connection.execute(statement)
    }
    for relation in relations {
      try placeOriginals(of: relation, survey)
      try fill(relation, plan, connection)
    }
    if isQuiet { _ = try connection.pipeline([.withForeignKeys]) }
    try connection.execute("ANALYZE \(names)")
  }

  /// Statements that change nothing, but give partitioned tables, which have no file, a row of
  /// `pg_class` that goes with the transaction.
  private func renewals(_ catalog: Catalog) -> [String] {
    var open = Set(relations.map(\.oid))
    var parents: [Relation] = []
    while !open.isEmpty {
      parents += catalog.sortedRelations.filter {
        open.contains($0.oid) && $0.kind == .partitioned
      }
      let (all, last) = (catalog.relations.values, open)
      open = Set(all.filter { $0.isPartition && !last.isDisjoint(with: $0.parents) }.map(\.oid))
    }
    return parents.map {
      "ALTER TABLE \(SQLNames.of($0))\($0.forcesRowSecurity ? "" : " NO") FORCE ROW LEVEL SECURITY"
    }
  }

  /// The statements with which a script fills `wanted`.
  func script(filling wanted: Set<UInt32>, _ survey: Survey) throws -> [String] {
    var lines = preparation
    for relation in relations where wanted.contains(relation.oid) {
      for row in originals(of: relation, survey) {
        lines.append(try row.script(into: relation) + ";")
      }
      if let statement = statements[relation.oid] { lines.append(statement + ";") }
      lines.append("ANALYZE \(SQLNames.of(relation));")
    }
    if isQuiet { lines.append("SET LOCAL session_replication_role = origin;") }
    return lines
  }

  private func originals(of relation: Relation, _ survey: Survey) -> [SyntheticRow] {
    survey.stage.synthesizer.insertions.filter {
      $0.relation == relation.oid && $0.owner != .shared
    }
  }

  private func placeOriginals(of relation: Relation, _ survey: Survey) throws {
    // They were placed before, so nothing refuses them now.
    let statements = try originals(of: relation, survey).map { try $0.insertion(into: relation) }
    _ = try survey.connection.keeping(statements)
  }

  private mutating func fill(
    _ relation: Relation, _ plan: VolumePlan, _ connection: any Connection
  ) throws {
    var reason = "no way was found"
    for isWide in [false, true] {
      var next: VolumePlan.Shape? = plan.shape(of: relation, isWide: isWide)
      while let shape = next {
        next = nil
        let statement = try plan.filling(relation, shape)
        switch try connection.keeping([PipelineStatement(statement)]) {
        case .success(let results):
          let count = results.last?.rowCount ?? 0
          guard count * 2 >= plan.rows else {
            reason = "only \(Plural.count(count, "row")) of \(plan.rows) fit its unique keys"
            continue
          }
          let pages = try pages(of: relation, connection)
          guard pages >= Self.leastPages else {
            reason = "its rows take only \(Plural.count(pages, "page"))"
            continue
          }
          rows[relation.oid] = count
          statements[relation.oid] = statement
          obstacles[relation.oid] = nil
          return
        case .failure(let error):
          reason = error.message
          next = plan.shape(after: shape, refused: error, by: relation)
          // A table with rules takes no ON CONFLICT.
          if error.sqlState == "0A000", !shape.hasRules {
            next = shape
            next?.hasRules = true
          }
        }
      }
    }
    obstacles[relation.oid] = "rows in volume could not be made: \(reason)"
  }

  private func pages(of relation: Relation, _ connection: any Connection) throws -> Int {
    try connection.execute(
      """
      SELECT (sum(pg_catalog.pg_relation_size(o)) / 8192)::bigint::text
      FROM (SELECT relid FROM pg_catalog.pg_partition_tree($1::text::oid::regclass)
            UNION SELECT $1::text::oid) AS t (o)
      """, [.text(String(relation.oid))]
    ).rows.first?.int(0) ?? 0
  }
}

extension Connection {
  /// Runs statements whose effect stays; when one is refused none has had any.
  ///
  /// - Throws: `PostgresError` when the connection is lost, or a lock does not come.
  fileprivate func keeping(
    _ statements: [PipelineStatement]
  ) throws -> Result<[QueryResult], PostgresError> {
    let outcomes = try pipeline(
      [PipelineStatement("SAVEPOINT dbtool_volume")] + statements, onOutcome: { _, _ in })
    let error = outcomes.lazy.compactMap(\.error).first
    let way = error == nil ? "RELEASE" : "ROLLBACK TO"
    try execute("\(way) SAVEPOINT dbtool_volume", [])
    if let error {
      if error.sqlState == .lockNotAvailable { throw error }
      return .failure(error)
    }
    return .success(outcomes.dropFirst().compactMap(\.result))
  }
}
