internal import Postgres
internal import Synthesis

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
    let isQuiet = try connection.ask([.withoutForeignKeys])[0].error == nil
    if isQuiet { _ = try connection.pipeline([.withoutForeignKeys]) }
    preparation = ["SET CONSTRAINTS ALL IMMEDIATE;"]
    if isQuiet { preparation.append("SET LOCAL session_replication_role = replica;") }
    preparation.append("TRUNCATE \(names) CASCADE;")
    try connection.execute("TRUNCATE \(names) CASCADE")
    for relation in relations {
      try placeOriginals(of: relation, survey)
      try fill(relation, plan, connection)
    }
    if isQuiet { _ = try connection.pipeline([.withForeignKeys]) }
    try connection.execute("ANALYZE \(names)")
  }

  /// The statements with which a script fills `wanted`.
  func script(filling wanted: Set<UInt32>, _ survey: Survey) throws -> [String] {
    var lines = preparation
    for relation in relations where wanted.contains(relation.oid) {
      for row in originals(of: relation, survey) {
        lines.append(try row.script(into: relation) + " ON CONFLICT DO NOTHING;")
      }
      if let statement = statements[relation.oid] { lines.append(statement + ";") }
      lines.append("ANALYZE \(SQLNames.of(relation));")
    }
    if preparation.count > 2 { lines.append("SET LOCAL session_replication_role = origin;") }
    return lines
  }

  private func originals(of relation: Relation, _ survey: Survey) -> [SyntheticRow] {
    survey.stage.synthesizer.insertions.filter {
      $0.relation == relation.oid && $0.owner != .shared
    }
  }

  private func placeOriginals(of relation: Relation, _ survey: Survey) throws {
    let statements = try originals(of: relation, survey).map { row in
      var statement = try row.insertion(into: relation)
      statement.sql += " ON CONFLICT DO NOTHING"
      return statement
    }
    // They were placed before; a rule that wants no ON CONFLICT stands in the way of all rows.
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
