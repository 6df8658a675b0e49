import DatabaseInstrumentation
import Postgres
import Synchronization
import TestSupport

/// Keeps what it hears.
final class Recorder: OperationSink {
  private let kept = Mutex<[OperationRecord]>([])
  var records: [OperationRecord] { kept.withLock { $0 } }
  func record(_ record: OperationRecord) { kept.withLock { $0.append(record) } }
}

/// Counts how often the client waits for the server.
final class CountingConnection: Connection {
  private let base: any Connection
  private(set) var waits = 0

  init(_ base: any Connection) { self.base = base }

  var transport: Transport { base.transport }
  var serverVersion: Int { base.serverVersion }
  func reportedSetting(_ name: String) -> String? { base.reportedSetting(name) }
  var transactionStatus: TransactionStatus { base.transactionStatus }

  func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    waits += 1
    return try base.execute(sql, parameters)
  }

  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    waits += 1
    return try base.pipeline(statements, onOutcome: onOutcome)
  }

  func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    waits += 1
    return try base.copyIn(sql, nextChunk: nextChunk)
  }

  func close() { base.close() }
}

/// A database with one tenants' table, and a client whose role is under its policy.
struct Fixture {
  let admin: LibPQConnection
  let counting: CountingConnection
  let client: InstrumentedClient
  let recorder: Recorder

  /// Makes the table `x` with these rows of tenants, and its policy for the application's role.
  static func makeTable(on admin: LibPQConnection, rows: String) throws {
    for statement in [
      "CREATE TABLE x (tenant text NOT NULL, id int)",
      "ALTER TABLE x ENABLE ROW LEVEL SECURITY",
      """
      CREATE POLICY x_tenant ON x
      USING (tenant = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')))
      """,
      "GRANT SELECT, INSERT, UPDATE, DELETE ON x TO app_user",
      "INSERT INTO x \(rows)",
    ] { try admin.execute(statement) }
  }

  static func with(_ body: (Fixture) throws -> Void) throws {
    try TestServer.shared.ensureRoles()
    try TestServer.shared.withDatabase { admin, database in
      try makeTable(on: admin, rows: "VALUES ('a', 1), ('a', 2), ('b', 3)")
      try admin.execute("ALTER TABLE x ADD CHECK (id < 100)")
      let session = try database.connect()
      defer { session.close() }
      let counting = CountingConnection(session)
      let recorder = Recorder()
      try body(
        Fixture(
          admin: admin, counting: counting,
          client: InstrumentedClient(connection: counting, role: "app_user", sink: recorder),
          recorder: recorder))
    }
  }

  /// All ids in the table, as the superuser sees them.
  func ids() throws -> [String] {
    try admin.execute("SELECT id FROM x ORDER BY id").rows.map { $0.text(0) }
  }
}

/// An error of a test's own.
struct Interruption: Error {}
