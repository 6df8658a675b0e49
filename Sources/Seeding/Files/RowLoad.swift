internal import Postgres
internal import SQLSyntax

/// Loads a file of rows inside an open transaction.
///
/// Where neither policies nor a rule about conflicts stand in the way the rows are copied into
/// their table. Otherwise they go into a temporary table first and from there with INSERT.
struct RowLoad {
  let seed: RowSeed
  let step: SeedStep
  /// The column that gets the tenant's id when the table has it and the file does not.
  let tenantColumn: String?
  let progress: (SeedProgress) -> Void

  private static let savepoint = "dbtool_seed_rows"
  private var path: String { step.file.path }

  /// What became of the rows.
  func run(on connection: any Connection) throws -> SeedRowCounts {
    let target = try RowTarget(of: seed, path: path, on: connection)
    let source = RowSource(
      seed, path: path, target: target, tenant: step.tenant, transport: connection.transport)
    let tenant = tenant(of: target)
    let conflict = try RowConflict(
      step.file.rule, target: target,
      columns: source.columns.map(\.name) + [tenant?.column.name].compactMap(\.self),
      on: connection)
    let insertion = RowInsertion(source: source, target: target, tenant: tenant)
    // Rows of a file that is new are mostly new as well, and to look for each costs a fifth.
    let triesPlainly = conflict.action == .error || step.state == .new
    if triesPlainly, tenant == nil, target.isPlain, !target.isSecured, !insertion.hasShapes,
      connection.transport == .libpq,
      let rows = try copyDirectly(insertion, conflict, connection)
    {
      return SeedRowCounts(written: rows)
    }
    return try loadByInsert(insertion, conflict, triesPlainly: triesPlainly, connection)
  }

  private func tenant(of target: RowTarget) -> RowInsertion.Tenant? {
    guard let tenantColumn, let id = step.tenant, let column = target.column(tenantColumn),
      !column.isGenerated, !seed.columns.contains(tenantColumn)
    else { return nil }
    return RowInsertion.Tenant(column: column, id: id)
  }

  // MARK: - COPY into the table

  /// The number of rows; nil when they have to be inserted, and nothing was done.
  private func copyDirectly(
    _ insertion: RowInsertion, _ conflict: RowConflict, _ connection: any Connection
  ) throws -> Int? {
    let target = insertion.target
    try connection.execute("SAVEPOINT \(Self.savepoint)")
    do {
      let stream = try RowStream(insertion.source, shaping: [], step: step, progress: progress)
      let rows = try copy(
        stream, into: target.name, try insertion.copied(), insertion.source, connection)
      try connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
      try connection.execute("RELEASE SAVEPOINT \(Self.savepoint)")
      return rows
    } catch let error as PostgresError where error.code == .server {
      let refusal = RowRefusal(insertion: insertion, path: path, connection: connection)
      guard error.isAboutRows else { throw refusal.error(error) }
      try connection.execute("ROLLBACK TO SAVEPOINT \(Self.savepoint)")
      // Without a line it is found where the rows lie in a temporary table.
      guard conflict.action == .error || !error.isDuplicate,
        let place = place(of: error, in: target.table, insertion.source)
      else { return nil }
      throw try refusal.error(error, place)
    }
  }

  private func copy(
    _ stream: RowStream, into table: String, _ columns: String, _ source: RowSource,
    _ connection: any Connection
  ) throws -> Int {
    try connection.copyIn(
      "COPY \(table) (\(columns)) FROM STDIN WITH (\(source.copyOptions))",
      nextChunk: { try stream.next() })
  }

  // MARK: - INSERT from a temporary table

  private func loadByInsert(
    _ insertion: RowInsertion, _ conflict: RowConflict, triesPlainly: Bool,
    _ connection: any Connection
  ) throws -> SeedRowCounts {
    var insertion = insertion
    let count = try fill(&insertion, conflict, connection)
    guard count > 0 else { return SeedRowCounts() }
    if triesPlainly, conflict.action != .error {
      let (rows, error) = try insert(insertion, .refused, connection)
      guard let error else { return SeedRowCounts(written: rows) }
      // What is no matter of keys is wrong under any rule: no need to insert all that again.
      if !error.isDuplicate {
        if let refusal = try refusal(error, insertion, conflict, count: count, connection) {
          throw refusal
        }
        try connection.execute("ROLLBACK TO SAVEPOINT \(Self.savepoint)")
      }
    }
    var updated = 0
    if conflict.action == .update {
      let statement = try insertion.count(ofKey: conflict.key)
      updated =
        try connection.execute(statement.sql, statement.parameters).scalar.flatMap { Int($0) } ?? 0
    }
    let (rows, error) = try insert(insertion, conflict, connection)
    if let error {
      throw try refusal(error, insertion, conflict, count: count, connection)
        ?? RowRefusal(insertion: insertion, path: path, connection: connection).error(error)
    }
    return SeedRowCounts(
      written: rows, updated: min(updated, rows), existing: max(0, count - rows))
  }

  /// Fills the temporary table; the number of its rows.
  private func fill(
    _ insertion: inout RowInsertion, _ conflict: RowConflict, _ connection: any Connection
  ) throws -> Int {
    do {
      try connection.execute(try insertion.creation())
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      throw SeedError(
        .transactionFailed, error.message, file: path, cause: error,
        remedy: "Loading rows needs the privilege TEMPORARY: GRANT TEMPORARY ON DATABASE … TO the"
          + " role that loads them.")
    }
    insertion.isShaping = insertion.hasShapes ? insertion.shaping(for: conflict) : []
    let stream = try RowStream(
      insertion.source, shaping: insertion.isShaping, step: step, progress: progress)
    do {
      let count = try copy(
        stream, into: RowInsertion.table, try insertion.copied(), insertion.source, connection)
      insertion.shapes = stream.shapes
      insertion.seen = stream.seen
      guard count == 0 || !insertion.hasShapes || insertion.seen.contains(true) else {
        throw SeedError(.rowsRefused, "no object of the file has any key", file: path)
      }
      return count
    } catch let error as PostgresError where error.code == .server {
      let place = place(of: error, in: RowInsertion.tableName, insertion.source)
      throw try RowRefusal(insertion: insertion, path: path, connection: connection)
        .error(error, place)
    } catch let error as PostgresError
      where error.code == .invalidRequest && connection.transport == .dataAPI
    {
      guard let row = RowLocator(source: insertion.source).row(longerThan: 4_000_000) else {
        throw error
      }
      var refusal = SeedError(
        .rowsRefused, "the row is longer than a request of the Data API may be", file: path,
        cause: error, remedy: "Load this file over PostgreSQL's own protocol.")
      refusal.line = row.line
      throw refusal
    }
  }

  /// Inserts all rows; their number, or why they were refused, and then nothing was done.
  private func insert(
    _ insertion: RowInsertion, _ conflict: RowConflict, _ connection: any Connection
  ) throws -> (rows: Int, error: PostgresError?) {
    let outcomes = try connection.pipeline(
      [PipelineStatement("SAVEPOINT \(Self.savepoint)")]
        + (try insertion.statements(conflict))
        + [PipelineStatement("SET CONSTRAINTS ALL IMMEDIATE")])
    if let error = outcomes.lazy.compactMap(\.error).first {
      guard error.code == .server else { throw error }
      try connection.execute("ROLLBACK TO SAVEPOINT \(Self.savepoint)")
      return (0, error)
    }
    return (outcomes.reduce(0) { $0 + ($1.result?.rowCount ?? 0) }, nil)
  }

  /// The error about the row that is to blame; nil when none is by itself.
  private func refusal(
    _ error: PostgresError, _ insertion: RowInsertion, _ conflict: RowConflict, count: Int,
    _ connection: any Connection
  ) throws -> SeedError? {
    let refusal = RowRefusal(insertion: insertion, path: path, connection: connection)
    guard error.isAboutRows else { return refusal.error(error) }
    let search = RowSearch(
      insertion: insertion, conflict: conflict, count: count, connection: connection)
    guard let found = try search.find(error) else { return nil }
    let row = RowLocator(source: insertion.source).row(found.row)
    return try refusal.error(
      found.error, RowRefusal.Place(row: row, line: row?.line, field: nil, value: nil))
  }

  private func place(
    of error: PostgresError, in table: String, _ source: RowSource
  ) -> RowRefusal.Place? {
    guard let text = error.context,
      let context = CopyContext(text, table: table, columns: source.columns.map(\.name))
    else { return nil }
    let row = RowLocator(source: source).row(sentLine: context.line)
    return RowRefusal.Place(
      row: row, line: row?.line ?? (source.isVerbatim ? context.line : nil), field: context.column,
      value: context.value)
  }
}

extension PostgresError {
  /// True for an error that a row may cause, as opposed to a missing privilege, a full disk, or a
  /// wish to stop.
  var isAboutRows: Bool {
    guard code == .server, let sqlState else { return false }
    if sqlState == .insufficientPrivilege { return isPolicyRefusal }
    return ["21", "22", "23", "27", "38", "39", "44", "P0"].contains(sqlState.errorClass)
  }

  /// True when a key, or something that excludes it, is there already.
  var isDuplicate: Bool { sqlState == .uniqueViolation || sqlState == .exclusionViolation }
}
