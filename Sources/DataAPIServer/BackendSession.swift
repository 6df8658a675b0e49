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
  /// True when a statement may have set something under a name that an application made up.
  ///
  /// DISCARD ALL does not forget the name: for the next caller `current_setting(…, true)` would be empty
  /// instead of NULL.
  private var mayHaveSettings = false

  init(conninfo: String, database: String?) {
    self.conninfo = conninfo
    self.database = database
  }

  /// The connection, opened when there is none.
  func connection() throws -> LibPQConnection {
    if let open, open.transactionStatus != .unknown {
      // One that rested may have ended meanwhile, for example with its server.
      guard open.transactionStatus == .idle, open.isBroken else { return open }
      close()
    }
    let connection = try LibPQConnection(
      conninfo: conninfo, applicationName: "dbtool data-api", database: database,
      // As on AWS: times are given in UTC, and what a role has for its sessions does not change how
      // values look.
      options: "-c TimeZone=UTC -c DateStyle=ISO,YMD -c IntervalStyle=postgres -c bytea_output=hex"
        + " -c extra_float_digits=1")
    open = connection
    return connection
  }

  /// True while the connection that was opened is there.
  var isOpen: Bool { open.map { $0.transactionStatus != .unknown } ?? false }

  /// Takes note of a statement that is about to be run; a value may be text that it runs.
  func note(_ statement: BoundStatement) {
    guard !mayHaveSettings else { return }
    var texts = [statement.sql]
    for case .text(let value) in statement.values { texts.append(value) }
    mayHaveSettings = texts.contains { $0.firstMatch(of: /(?i)\bset(_config)?\b/) != nil }
  }

  /// Leaves nothing of a caller to the next one; a session that cannot do that is closed.
  func reset() {
    guard let open else { return }
    if open.transactionStatus != .idle { _ = try? open.execute("ROLLBACK") }
    guard !mayHaveSettings, open.transactionStatus == .idle,
      (try? open.execute("DISCARD ALL")) != nil
    else {
      close()
      return
    }
  }

  func close() {
    open?.close()
    open = nil
    mayHaveSettings = false
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
