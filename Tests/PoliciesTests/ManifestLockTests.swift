import Policies
import Postgres
import TestSupport
import Testing

@Suite("A manifest on a busy database")
struct ManifestLockTests {
  private static let manifest = """
    tenant: {setting: app.tenant, column: tenant_id}
    roles: {application: [app_user]}
    """

  /// A database with tables that belong to tenants, and a folder with a manifest.
  private func withTables(
    _ body: (any Connection, TestDatabase, PolicyFolder) throws -> Void
  ) throws {
    let server = try TestServer.shared
    try server.ensureRoles()
    try server.withDatabase { connection, database in
      for name in ["rooms", "guests", "bookings", "notes"] {
        try connection.execute("CREATE TABLE \(name) (id int PRIMARY KEY, tenant_id int NOT NULL)")
        try connection.execute("INSERT INTO \(name) SELECT i, i % 2 FROM generate_series(1, 100) i")
      }
      try PolicyFolder.withFolder { folder in
        try folder.write("m.yaml", Self.manifest)
        try body(connection, database, folder)
      }
    }
  }

  private func runner(_ timeout: Duration, retries: Int) -> PolicyRunner {
    PolicyRunner(
      lockTimeout: timeout,
      lockRetries: Backoff(retries: retries, base: .milliseconds(20), limit: .milliseconds(40)),
      toolVersion: "test")
  }

  private func apply(
    _ folder: PolicyFolder, _ runner: PolicyRunner, on connection: any Connection
  ) throws -> PolicyReport {
    try runner.apply(
      try runner.plan(try folder.load(), on: connection), on: connection,
      consent: PolicyConsent(isUnconditional: true))
  }

  @Test("a table in use is left alone: apply gives up its locks, tries again, and at last says so")
  func givesUp() throws {
    try withTables { connection, database, folder in
      let holder = try database.connect()
      defer { holder.close() }
      try holder.execute("BEGIN")
      try holder.execute("SELECT count(*) FROM notes")
      let error = #expect(throws: PolicyError.self) {
        _ = try apply(folder, runner(.milliseconds(100), retries: 2), on: connection)
      }
      #expect(
        error?.message.contains("within 50 ms, 3 times") == true, "\(String(describing: error))")
      #expect(connection.transactionStatus == .idle)
      #expect(try connection.execute("SELECT count(*) FROM pg_policy").scalar == "0")
      #expect(
        try connection.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity").scalar == "0")
      try holder.execute("ROLLBACK")
      #expect(try apply(folder, runner(.seconds(5), retries: 2), on: connection).retries == 0)
    }
  }

  @Test("queries beside an apply that waits for its locks wait no longer than the lock timeout")
  func othersWait() throws {
    try withTables { connection, database, folder in
      let holder = try database.connect()
      defer { holder.close() }
      try holder.execute("BEGIN")
      try holder.execute("SELECT count(*) FROM notes")
      let timeout = Duration.milliseconds(600)
      let runner = runner(timeout, retries: 3)
      // What waits longer than the timeout is an error of its own, not a measurement.
      let reader = try database.connect()
      defer { reader.close() }
      try reader.execute("SET lock_timeout = '600ms'")
      let applying = BackgroundWork {
        let connection = try database.connect()
        defer { connection.close() }
        return try? apply(folder, runner, on: connection)
      }
      let clock = ContinuousClock()
      let end = clock.now + .seconds(2)
      var waits = 0
      while clock.now < end {
        for table in ["rooms", "guests", "bookings", "notes"] {
          let start = clock.now
          try reader.execute("SELECT count(*) FROM \(table)")
          if start.duration(to: clock.now) > .milliseconds(50) { waits += 1 }
        }
      }
      // The test means something: queries did wait behind it.
      #expect(waits > 0)
      try holder.execute("ROLLBACK")
      _ = try applying.wait()
    }
  }

  @Test("an apply whose session is killed anywhere leaves the old state or the new one")
  func killed() throws {
    try withTables { connection, database, folder in
      let runner = runner(.seconds(5), retries: 0)
      let all = try runner.plan(try folder.load(), on: connection).difference?.objects.count
      var outcomes: [Bool] = []
      for delay in 0..<12 {
        let name = "victim \(delay)"
        let applying = BackgroundWork { () -> Bool in
          let victim = try database.connect()
          defer { victim.close() }
          try victim.execute("SELECT set_config('application_name', $1, false)", [.text(name)])
          return (try? apply(folder, runner, on: victim)) != nil
        }
        func sessions(_ what: String) throws -> String? {
          try connection.execute(
            "SELECT \(what) FROM pg_stat_activity WHERE application_name = $1", [.text(name)]
          ).scalar
        }
        _ = try becomesTrue { try sessions("count(*)") == "1" }
        try connection.execute("SELECT pg_sleep(\(Double(delay) * 0.004))")
        _ = try sessions("pg_terminate_backend(pid)")
        outcomes.append(try applying.wait())
        // The server may still be ending the session.
        _ = try becomesTrue { try sessions("count(*)") == "0" }
        let left = try runner.plan(try folder.load(), on: connection).difference?.objects.count
        #expect(left == 0 || left == all, "\(left ?? -1) of \(all ?? -1) objects are left")
        guard left == 0 else { continue }
        for table in ["rooms", "guests", "bookings", "notes"] {
          try connection.execute("DROP POLICY tenant_isolation ON \(table)")
          try connection.execute("ALTER TABLE \(table) DISABLE ROW LEVEL SECURITY")
          try connection.execute("ALTER TABLE \(table) NO FORCE ROW LEVEL SECURITY")
          try connection.execute("REVOKE ALL ON \(table) FROM app_user")
        }
      }
      #expect(outcomes.contains(false), "none was killed in time: \(outcomes)")
    }
  }
}
