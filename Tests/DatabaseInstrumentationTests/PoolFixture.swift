import DatabaseInstrumentation
import Databases
import Postgres
import TestSupport

/// A database with tenants' rows, and a pool whose sessions log in as the application.
struct PoolFixture {
  let pool: ConnectionPool
  let recorder: Recorder
  let database: TestDatabase

  static func with(
    _ change: (inout PoolOptions) -> Void = { _ in },
    _ body: (PoolFixture) async throws -> Void
  ) async throws {
    try TestServer.shared.ensureRoles()
    let database = try TestServer.shared.makeDatabase()
    defer { try? database.drop() }
    let admin = try database.connect()
    try Fixture.makeTable(
      on: admin, rows: "SELECT 't' || i % 20, i FROM generate_series(1, 200) i")
    admin.close()
    var options = PoolOptions.patient
    options.maximum = 4
    options.role = "app_user"
    change(&options)
    let recorder = Recorder()
    let conninfo = database.conninfo
    let pool = ConnectionPool(options, sink: recorder) { cancellation in
      try LibPQConnection(conninfo: conninfo, cancellation: cancellation)
    }
    defer { pool.shutDown() }
    try await body(PoolFixture(pool: pool, recorder: recorder, database: database))
  }
}

extension PoolOptions {
  /// Other tests may hold Swift's few threads for longer than an application's would be held.
  static let patient: PoolOptions = {
    var options = PoolOptions()
    options.waitTimeout = .seconds(600)
    return options
  }()
}
