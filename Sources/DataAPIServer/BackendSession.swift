internal import Postgres

/// The session of a backend, and what it knows of the database's types and tables.
final class BackendSession {
  /// Where a column comes from.
  struct TableColumn {
    var schema: String
    var table: String
    var isNotNull: Bool
  }

  private let conninfo: String
  private let database: String?
  private var open: LibPQConnection?
  private var types: [UInt32: DataType] = [:]

  init(conninfo: String, database: String?) {
    self.conninfo = conninfo
    self.database = database
  }

  /// The connection, opened when there is none.
  func connection() throws -> LibPQConnection {
    if let open, open.transactionStatus != .unknown { return open }
    let connection = try LibPQConnection(
      conninfo: conninfo, applicationName: "dbtool data-api", database: database,
      // As on AWS: times are given in UTC, and what a role has for its sessions does not change how
      // values look.
      options: "-c TimeZone=UTC -c DateStyle=ISO,YMD -c IntervalStyle=postgres -c bytea_output=hex"
        + " -c extra_float_digits=1")
    open = connection
    return connection
  }

  /// The session's server process; nil before it is opened.
  var processID: Int? { open?.announcedPID }

  /// Leaves nothing of a caller to the next one; false when the session is of no more use.
  func reset() -> Bool {
    guard let open else { return true }
    if open.transactionStatus != .idle { _ = try? open.execute("ROLLBACK") }
    // DISCARD ALL leaves the names of settings that extensions and applications make up, so that
    // `current_setting(…, true)` is empty for the next caller instead of NULL.
    let outcomes = try? open.pipeline([
      PipelineStatement("DISCARD ALL", synchronizes: true),
      PipelineStatement(
        "SELECT FROM pg_catalog.pg_settings WHERE category = 'Customized Options' LIMIT 1"),
    ])
    guard open.transactionStatus == .idle, let rest = outcomes?.last?.result, rest.rowCount == 0
    else {
      close()
      return false
    }
    return true
  }

  func close() {
    open?.close()
    open = nil
  }

  /// The types of a result's columns.
  func types(of columns: [QueryResult.Column]) throws -> [DataType] {
    let unknown = Set(columns.map(\.typeOID)).filter { types[$0] == nil }
    if !unknown.isEmpty {
      for oid in unknown where DataType.isKnown(oid) {
        types[oid] = DataType(oid: oid, name: "", kind: "b")
      }
      let rest = unknown.filter { types[$0] == nil }
      if !rest.isEmpty { try readTypes(rest) }
    }
    return columns.map { types[$0.typeOID] ?? DataType(oid: 0, name: "unknown", kind: "b") }
  }

  private func readTypes(_ oids: Set<UInt32>) throws {
    let connection = try connection()
    // In a transaction that failed nothing can be asked; then there is no result either.
    let result = try connection.execute(
      """
      SELECT oid::bigint, typname::text, typtype::text FROM pg_catalog.pg_type
      WHERE oid = ANY ($1::oid[])
      """, [.text("{" + oids.map(String.init).joined(separator: ",") + "}")])
    for row in result.rows {
      guard let oid = row[0].flatMap({ UInt32($0) }) else { continue }
      types[oid] = DataType(oid: oid, name: row.text(1), kind: row.text(2))
    }
  }

  /// Where columns come from, by the OID of the table and the number in it.
  func tables(of columns: [QueryResult.Column]) throws -> [UInt32: [Int32: TableColumn]] {
    let oids = Set(columns.map(\.tableOID)).subtracting([0])
    guard !oids.isEmpty else { return [:] }
    let result = try connection().execute(
      """
      SELECT c.oid::bigint, a.attnum::int, n.nspname::text, c.relname::text, a.attnotnull
      FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE c.oid = ANY ($1::oid[])
      """, [.text("{" + oids.map(String.init).joined(separator: ",") + "}")])
    var tables: [UInt32: [Int32: TableColumn]] = [:]
    for row in result.rows {
      guard let oid = row[0].flatMap({ UInt32($0) }), let number = row[1].flatMap({ Int32($0) })
      else { continue }
      tables[oid, default: [:]][number] = TableColumn(
        schema: row.text(2), table: row.text(3), isNotNull: row.bool(4))
    }
    return tables
  }
}
