internal import Postgres
internal import SQLSyntax
internal import Wording

/// Has the server judge masked rows before they are given out: types, domains and CHECKs.
struct MaskCheck {
  let plan: MaskPlan
  let table: ExportedTable
  let tables: TenantTables
  let connection: any Connection

  /// Rows that are judged at once, and the bytes that they may have.
  private static let rowLimit = 500
  private static let byteLimit = 500_000

  /// Judges the rows of a file of CSV without a header.
  ///
  /// - Throws: `SeedError` that names column and constraint.
  func run(_ records: (_ onRecord: ([UInt8]) throws -> Void) throws -> Void) throws {
    let columns = judgedColumns
    guard !columns.isEmpty else { return }
    let places = columns.compactMap { table.columns.firstIndex(of: $0.name) }
    var batch: [String] = []
    var size = 0
    func judgeBatch() throws {
      guard !batch.isEmpty else { return }
      try judge("[" + batch.joined(separator: ",") + "]", columns)
      batch = []
      size = 0
    }
    try records { record in
      let fields = CSVRecord.fields(of: record)
      let row =
        "["
        + places.map { fields[$0].map(JSONText.quoted) ?? "null" }.joined(separator: ",") + "]"
      batch.append(row)
      size += row.utf8.count
      if batch.count >= Self.rowLimit || size >= Self.byteLimit { try judgeBatch() }
    }
    try judgeBatch()
  }

  private var masked: [String] {
    (plan.masks[table.relation.oid] ?? [:]).filter { $0.value.kind != .keep }.keys.sorted()
  }

  /// CHECKs that a masked column is part of and that can be judged by what is written.
  private var checks: [Constraint] {
    let masked = masked
    return tables.catalog.constraints(of: table.relation.oid).filter { check in
      check.kind == .check && check.columns.contains { masked.contains($0) }
        && check.columns.allSatisfy { table.columns.contains($0) }
    }
  }

  private var judgedColumns: [Column] {
    let names = Set(masked + checks.flatMap(\.columns))
    return table.relation.columns.filter { names.contains($0.name) }
  }

  private func judge(_ rows: String, _ columns: [Column]) throws {
    let checks = checks
    let masked = masked
    let targets = try columns.enumerated().map { index, column in
      "CAST(e.v ->> \(index) AS \(column.type.sql)) AS \(try SQLIdentifier.quoted(column.name))"
    }
    // A cast cuts what is too long, an assignment refuses it.
    let lengths = columns.enumerated().compactMap { index, column -> String? in
      guard let limit = plan.masks[table.relation.oid]?[column.name]?.limit else { return nil }
      return "pg_catalog.max(pg_catalog.length(e.v ->> \(index))) <= \(limit)"
    }
    let limited = columns.filter { plan.masks[table.relation.oid]?[$0.name]?.limit != nil }
    var results = checks.map { "pg_catalog.bool_and((\($0.expression ?? "true")) IS NOT FALSE)" }
    if results.isEmpty { results = ["true"] }
    let rowsClause = """
      FROM pg_catalog.json_array_elements($1::json) AS e (v)
      """
    let alias = try SQLIdentifier.quoted(table.relation.name)
    var questions = [
      PipelineStatement(
        """
        SELECT \(results.joined(separator: ", ")), pg_catalog.count(\(alias).*) \
        FROM (SELECT \(targets.joined(separator: ", ")) \(rowsClause) OFFSET 0) AS \(alias)
        """, [.text(rows)])
    ]
    if !lengths.isEmpty {
      questions.append(
        PipelineStatement(
          "SELECT \(lengths.joined(separator: ", ")) \(rowsClause)", [.text(rows)]))
    }
    let outcomes = try connection.ask(questions)
    if let error = outcomes[0].error { throw try castError(error, rows, columns) }
    if let row = outcomes[0].result?.rows.first {
      for (index, check) in checks.enumerated() where row[index] != nil && !row.bool(index) {
        let column = check.columns.first { masked.contains($0) } ?? ""
        throw refusal(
          column, "masked values break the constraint \(check.name): \(check.definition)")
      }
    }
    guard outcomes.count > 1, let row = outcomes[1].result?.rows.first else { return }
    for (index, column) in limited.enumerated() where row[index] != nil && !row.bool(index) {
      throw refusal(column.name, "masked values are too long for \(column.type.sql)")
    }
  }

  /// Which column it is that an error of types and domains is about.
  private func castError(
    _ error: PostgresError, _ rows: String, _ columns: [Column]
  ) throws -> any Error {
    let masked = masked
    for (index, column) in columns.enumerated() where masked.contains(column.name) {
      let outcome = try connection.ask([
        PipelineStatement(
          """
          SELECT pg_catalog.count(CAST(e.v ->> \(index) AS \(column.type.sql))) \
          FROM pg_catalog.json_array_elements($1::json) AS e (v)
          """, [.text(rows)])
      ])[0]
      guard let cause = outcome.error else { continue }
      let constraint = cause.object?.constraint.map { " (constraint \($0))" } ?? ""
      return refusal(
        column.name,
        "masked values do not fit \(column.type.sql)\(constraint): \(cause.message)")
    }
    return error
  }

  private func refusal(_ column: String, _ problem: String) -> SeedError {
    plan.error(
      table.relation.oid, column, problem,
      remedy: "Nothing was written. Take another mask, fixed(VALUE) for example.")
  }
}
