internal import Postgres
internal import SQLSyntax
internal import Tenants
internal import Wording

/// Deletes a tenant's rows inside an open transaction, and proves that they are gone and that all
/// others are as they were.
struct RemovalRun {
  let tables: TenantTables
  let scope: RemovalScope
  let tenantColumn: String
  /// The id as it was given, under which steps of `dbtool seed` may be noted.
  let givenTenant: String
  let connection: any Connection
  let progress: (TenantDataProgress) -> Void

  // MARK: - Looking

  /// Collects the keys by which rows are found, and counts what would go.
  func look() throws -> RemovalReport {
    try all(scope.preparation)
    var report = RemovalReport(tenant: tables.tenant)
    let order = deletionOrder.flatMap { $0 }
    let counts = try ask(try order.map { try count($0) })
    report.tables = zip(order, counts).map { table, result in
      RemovalReport.Table(
        name: table.relation.displayName, tenancy: table.tenancy,
        rows: result.scalar.flatMap { Int($0) } ?? 0)
    }
    for relation in tables.relations {
      if case .exempt(let reason) = tables.tenancy(of: relation.oid) {
        report.exempt[relation.displayName] = reason
      }
    }
    let staying = try ask(scope.stayingPeople.map(\.count))
    for (people, result) in zip(scope.stayingPeople, staying) {
      let rows = result.scalar.flatMap { Int($0) } ?? 0
      if rows > 0 { report.staying[people.relation.displayName] = rows }
    }
    report.seedSteps = try seedSteps()
    return report
  }

  private func count(_ table: RemovalScope.Table) throws -> String {
    """
    SELECT pg_catalog.count(*)::text FROM \(try tables.source(table.relation)) AS t \
    WHERE \(try table.rule.condition("t"))
    """
  }

  /// Groups of tables, what refers before what is referred to.
  private var deletionOrder: [[RemovalScope.Table]] {
    DependencyGroups.groups(scope.tables.map(\.relation.oid), keys: tables.keys).reversed()
      .map { group in group.compactMap { scope.table($0) } }
  }

  // MARK: - Deleting

  /// Deletes, and proves it; what cannot be proven is an error.
  func run() throws -> RemovalReport {
    var report = try look()
    progress(.stage("comparing the rows of others"))
    let before = try digests(isAfter: false)
    for group in deletionOrder {
      do {
        let counts = try delete(group)
        for (table, rows) in zip(group, counts) where rows > 0 {
          progress(.table(table.relation.displayName, rows: rows))
        }
      } catch let error as PostgresError where error.code == .server {
        throw refusal(error, group)
      }
    }
    try deleteSeedSteps()
    do {
      // Deferred triggers may write too: they run before the proof and not behind it.
      try connection.execute("SET CONSTRAINTS ALL IMMEDIATE", [])
    } catch let error as PostgresError where error.code == .server {
      throw refusal(error, [])
    }
    progress(.stage("proving that nothing is left"))
    try proveEmpty()
    try prove(before, against: try digests(isAfter: true), &report)
    try sweep(&report)
    report.isDone = true
    return report
  }

  /// One statement for a group: the foreign keys inside it are checked when all rows are gone.
  private func delete(_ group: [RemovalScope.Table]) throws -> [Int] {
    let deletions = try group.map { table in
      """
      DELETE FROM \(try tables.source(table.relation)) AS t WHERE \(try table.rule.condition("t"))
      """
    }
    guard deletions.count > 1 else {
      return try deletions.map { try connection.execute($0, []).rowCount }
    }
    let parts = deletions.enumerated().map { "d\($0) AS (\($1) RETURNING 1)" }
    let counts = deletions.indices.map { "(SELECT pg_catalog.count(*) FROM d\($0))::text" }
    let result = try connection.execute(
      "WITH \(parts.joined(separator: ", ")) SELECT \(counts.joined(separator: ", "))", [])
    return deletions.indices.map { result.rows.first?.int($0) ?? 0 }
  }

  private func refusal(_ error: PostgresError, _ group: [RemovalScope.Table]) -> SeedError {
    let names = group.map(\.relation.displayName).joined(separator: ", ")
    let place = names.isEmpty ? "rows" : "rows of \(names)"
    var failure = SeedError.ofTenantData(
      error, "\(place) cannot be deleted", tenant: tables.tenant)
    guard failure.remedy == nil else { return failure }
    failure.remedy =
      error.sqlState == .foreignKeyViolation
      ? "Rows that are not this tenant's refer to them. Nothing was deleted."
      : "A trigger, a rule or a constraint of the schema prevents it. Nothing was deleted."
    return failure
  }

  // MARK: - Proving

  private func proveEmpty() throws {
    let counts = try ask(try scope.tables.map { try count($0) })
    for (table, result) in zip(scope.tables, counts) {
      let rows = result.scalar.flatMap { Int($0) } ?? 0
      guard rows > 0 else { continue }
      throw unproven(
        "\(Plural.count(rows, "row")) of the tenant \(rows == 1 ? "is" : "are") still in "
          + "\(table.relation.displayName) after they were deleted",
        "A trigger or a rule keeps them or writes them again. Nothing was deleted.")
    }
  }

  private func digests(isAfter: Bool) throws -> [UInt32: RowDigest] {
    let queries = try tables.relations.map { relation in
      let part = scope.table(relation.oid)
      let condition = try part?.rule.stays("t") ?? (isAfter ? RowDigest.isOld : "true")
      return try RowDigest.query(relation, where: condition, tables)
    }
    let results = try ask(queries)
    return Dictionary(
      uniqueKeysWithValues: zip(tables.relations, results).map { ($0.oid, RowDigest($1)) })
  }

  private func prove(
    _ before: [UInt32: RowDigest], against after: [UInt32: RowDigest],
    _ report: inout RemovalReport
  ) throws {
    for relation in tables.relations {
      guard let old = before[relation.oid], let new = after[relation.oid] else { continue }
      report.compared += 1
      guard old != new else { continue }
      let whose =
        tables.tenancy(of: relation.oid).isOwned
        ? "rows of others in \(relation.displayName)"
        : "rows of \(relation.displayName), which are nobody's,"
      let how =
        old.rows == new.rows
        ? "\(whose) would be changed" : "\(whose) would change from \(old.rows) to \(new.rows)"
      throw unproven(
        how,
        "A foreign key with ON DELETE CASCADE or SET NULL, or a trigger, reaches beyond the tenant. "
          + "Nothing was deleted.")
    }
    let open = tables.relations.filter { scope.table($0.oid) == nil }
    let counts = try ask(
      try open.map {
        """
        SELECT pg_catalog.count(*)::text FROM \(try tables.source($0)) AS t \
        WHERE NOT (\(RowDigest.isOld))
        """
      })
    for (relation, result) in zip(open, counts) {
      let rows = result.scalar.flatMap { Int($0) } ?? 0
      if rows > 0 { report.added[relation.displayName] = rows }
    }
  }

  private func sweep(_ report: inout RemovalReport) throws {
    let places = try TenantSweep(tables: tables, tenantColumn: tenantColumn).places()
    let results = try ask(try places.map { try $0.query(tables) })
    for (place, result) in zip(places, results) {
      report.asked += place.columns.count
      for (index, column) in place.columns.enumerated() {
        let rows = result.rows.first?.int(index) ?? 0
        guard rows > 0 else { continue }
        report.left.append(
          RemovalReport.Remainder(
            name: place.relation.displayName, column: column.name, rows: rows,
            remedy: remedy(for: place.relation)))
      }
    }
  }

  private func remedy(for relation: Relation) -> String {
    if relation.kind == .materializedView {
      let name = (try? SQLIdentifier.readable(schema: relation.schema, name: relation.name)) ?? ""
      return "REFRESH MATERIALIZED VIEW \(name)"
    }
    switch tables.tenancy(of: relation.oid) {
    case .exempt: return "isolation does not apply to it: delete the rows by hand if they may go"
    case .global, .member: return "its rows are nobody's: see whether they may go"
    default: return "rows of another tenant name this one"
    }
  }

  private func unproven(_ message: String, _ remedy: String) -> SeedError {
    var error = SeedError(.notProven, message, remedy: remedy)
    error.tenant = tables.tenant
    return error
  }

  // MARK: - The ledger of seeds

  /// Steps for the tenant, and those of administrators, among which are those that made it.
  private static let steps = "FROM dbtool.seeds WHERE tenant IN ($1::text, $2::text, '')"

  private var stepParameters: [Parameter] { [.text(tables.tenant), .text(givenTenant)] }

  private var hasLedger: Bool {
    get throws {
      try connection.execute("SELECT pg_catalog.to_regclass('dbtool.seeds') IS NOT NULL", [])
        .rows.first?.bool(0) == true
    }
  }

  private func seedSteps() throws -> Int {
    guard try hasLedger else { return 0 }
    return try connection.execute(
      "SELECT pg_catalog.count(*)::text \(Self.steps)", stepParameters
    ).scalar.flatMap { Int($0) } ?? 0
  }

  private func deleteSeedSteps() throws {
    guard try hasLedger else { return }
    try connection.execute("DELETE \(Self.steps)", stepParameters)
  }

  // MARK: - Asking

  private func all(_ statements: [String]) throws {
    _ = try ask(statements)
  }

  /// Runs statements without waiting between them.
  private func ask(_ statements: [String]) throws -> [QueryResult] {
    guard !statements.isEmpty else { return [] }
    return try connection.pipeline(statements.map { PipelineStatement($0) }).map { outcome in
      switch outcome {
      case .result(let result): return result
      case .failure(let error): throw error
      case .skipped: throw PostgresError(.server, "a statement was skipped")
      }
    }
  }
}
