import DatabaseInstrumentation
import Databases
import Postgres
import SQLSyntax
import Synchronization
import TestSupport
import Testing

private let who = "SELECT current_setting('app.current_tenant_id', true)"

@Suite("The pool of connections")
struct ConnectionPoolTests {
  @Test("Pipelines and COPY run in the tenant's context as well, and its policies hold for them")
  func severalAtOnce() async throws {
    try await PoolFixture.with { fixture in
      let outcomes = try await fixture.pool.withRLS(tenant: "t1") { connection in
        try await connection.pipeline([
          PipelineStatement(who), PipelineStatement("SELECT count(*) FROM x"),
        ])
      }
      #expect(outcomes.map { $0.result?.scalar } == ["t1", "10"])
      let count = try await fixture.pool.withRLS(tenant: "t1") { connection in
        try await connection.execute("CREATE TEMPORARY TABLE y (id int) ON COMMIT DROP")
        return try await connection.copyIn("COPY y FROM STDIN", Array("1\n2\n".utf8))
      }
      #expect(count == 2)
      // PostgreSQL manual, COPY: not into a table with row-level security.
      let refused = await #expect(throws: PostgresError.self) {
        try await fixture.pool.withRLS(tenant: "t1") { connection in
          try await connection.copyIn("COPY x FROM STDIN", Array("t2\t1\n".utf8))
        }
      }
      #expect(refused?.sqlState == SQLState(rawValue: "0A000"))
    }
  }

  @Test("Work runs in its tenant's context, commits when it returns, and rolls back when it throws")
  func work() async throws {
    try await PoolFixture.with { fixture in
      let count = try await fixture.pool.withRLS(tenant: "t1", user: "u") { connection in
        #expect(try await connection.execute(who).scalar == "t1")
        try await connection.execute("INSERT INTO x VALUES ('t1', 1000)")
        return try await connection.execute("SELECT count(*) FROM x").scalar
      }
      #expect(count == "11")
      await #expect(throws: Interruption.self) {
        try await fixture.pool.withRLS(tenant: "t1") { connection in
          try await connection.execute("DELETE FROM x")
          throw Interruption()
        }
      }
      let results = try await fixture.pool.batchWithRLS(
        tenant: "t1", [PipelineStatement("SELECT count(*) FROM x"), PipelineStatement(who)])
      #expect(results.map(\.scalar) == ["11", "t1"])
      #expect(fixture.pool.statistics.open == 1)
      #expect(fixture.pool.statistics.idle == 1)
      #expect(fixture.recorder.records.filter { $0.tenant == "t1" }.count > 8)
    }
  }

  @Test("The same pool works over the Data API")
  func dataAPI() async throws {
    try await PoolFixture.with { fixture in
      let api = try LocalDataAPI(fixture.database)
      defer { withExtendedLifetime(api) {} }
      let database = try Database(api.url, environment: LocalDataAPI.environment)
      var options = PoolOptions.patient
      options.maximum = 3
      options.role = "app_user"
      let pool = ConnectionPool(options, sink: fixture.recorder) {
        try database.connect(cancellation: $0)
      }
      defer { pool.shutDown() }
      try await withThrowingTaskGroup { group in
        for number in 0..<30 {
          group.addTask {
            let tenant = "t\(number % 5)"
            try await pool.withRLS(tenant: tenant) { connection in
              let row = try await connection.execute(
                "SELECT \(who.dropFirst(7)), count(*), count(*) FILTER (WHERE tenant <> $1) FROM x",
                [.text(tenant)]
              ).rows.first
              #expect(row?[0] == tenant && row?[1] == "10" && row?[2] == "0")
            }
            let results = try await pool.batchWithRLS(
              tenant: tenant, [PipelineStatement("SELECT count(*) FROM x")])
            #expect(results.map(\.scalar) == ["10"])
          }
        }
        try await group.waitForAll()
      }
      await #expect(throws: ContextError.missingTenant) {
        try await pool.withRLS(tenant: "") { _ in }
      }
      await #expect(throws: ContextError.changedContext) {
        try await pool.withRLS(tenant: "t1") {
          try await $0.execute("SELECT set_config('app.current_tenant_id', 't' || '2', true)")
        }
      }
      #expect(pool.statistics.open <= 3)
      let records = fixture.recorder.records
      #expect(records.allSatisfy { $0.transport == .dataAPI })
      #expect(records.contains { $0.tenant == "t4" && $0.kind == .select && $0.rows == 1 })
    }
  }

  @Test("Another tenant inside is refused, the same one joins the transaction, also in child tasks")
  func nested() async throws {
    try await PoolFixture.with({ $0.maximum = 1 }) { fixture in
      let pool = fixture.pool
      try await pool.withRLS(tenant: "t1") { connection in
        try await connection.execute("INSERT INTO x VALUES ('t1', 1001)")
        await #expect(throws: ContextError.nestedContext) {
          try await pool.withRLS(tenant: "t2") { _ in }
        }
        await #expect(throws: ContextError.nestedContext) {
          try await pool.batchWithRLS(tenant: "t2", [])
        }
        await #expect(throws: ContextError.exemptInsideTenant) {
          try await pool.exempt { _ in }
        }
        async let joined = pool.withRLS(tenant: "t1") {
          try await $0.execute("SELECT count(*) FROM x WHERE id = 1001").scalar
        }
        #expect(try await joined == "1")
      }
    }
  }

  @Test("What SQL leaves in a session never reaches the next one")
  func leftovers() async throws {
    try await PoolFixture.with({
      $0.maximum = 1; $0.mode = .lenient
    }) { fixture in
      let pool = fixture.pool
      for text in [
        "SET app.current_tenant_id = 't9'", "SELECT set_config('app.current_user_id', 'u9', false)",
        "SET application_name = 'tenant-t9'", "BEGIN",
        "DO $$ BEGIN PERFORM set_config('app.current_tenant_id', 't9', false); END $$",
      ] {
        try await pool.exempt { _ = try await $0.execute(text) }
        let found = try await pool.exempt { connection in
          try await connection.execute(
            """
            SELECT coalesce(current_setting('app.current_tenant_id', true), '')
              || coalesce(current_setting('app.current_user_id', true), '')
              || current_setting('application_name')
            """
          ).scalar
        }
        #expect(found == "dbtool", "after \(text)")
      }
      #expect(pool.statistics.discarded >= 4)
    }
  }

  @Test("SQL inside a context can neither change its tenant nor end its transaction")
  func enforced() async throws {
    try await PoolFixture.with { fixture in
      let pool = fixture.pool
      for (text, error) in [
        ("SET LOCAL app.current_tenant_id = 't2'", ContextError.changedContext),
        ("SELECT set_config('app.current_tenant_id', 't2', true)", .changedContext),
        ("SET app.current_user_id = 'root'", .changedContext),
        ("RESET ALL", .changedContext), ("RESET app.current_tenant_id", .changedContext),
        ("SELECT set_config('app.current_tenant_id', 't' || '2', true)", .changedContext),
        ("DO $$ BEGIN SET LOCAL app.current_tenant_id = 't2'; END $$", .changedContext),
        ("SELECT set_config('app.current_user_id', 'ro' || 'ot', true)", .changedContext),
        ("RESET ROLE", .changedContext), ("SET LOCAL ROLE none", .changedContext),
        ("SET SESSION AUTHORIZATION DEFAULT", .changedContext),
        ("SELECT set_config('Role', 'none', true)", .changedContext),
        ("COMMIT", .endedTransaction), ("ROLLBACK AND CHAIN", .endedTransaction),
        ("BEGIN", .endedTransaction),
      ] {
        await #expect(throws: error, "\(text)") {
          try await pool.withRLS(tenant: "t1", user: "u") { connection in
            try await connection.execute("INSERT INTO x VALUES ('t1', 5000)")
            try await connection.execute(text)
          }
        }
      }
      try await pool.withRLS(tenant: "t1") { connection in
        #expect(
          try await connection.execute("SELECT count(*) FROM x WHERE id = 5000").scalar == "0")
        try await connection.execute("SET LOCAL app.current_tenant_id = 't1'")
        try await connection.execute("SAVEPOINT s")
        try await connection.execute("ROLLBACK TO s")
      }
    }
  }

  @Test("A connection that is kept is of no use after its work, and strict work needs a tenant")
  func over() async throws {
    try await PoolFixture.with { fixture in
      let kept = try await fixture.pool.withRLS(tenant: "t1") { $0 }
      await #expect(throws: PoolError.workIsOver) { try await kept.execute("SELECT 1") }
      await #expect(throws: ContextError.missingTenant) {
        try await fixture.pool.withRLS(tenant: "") { _ in }
      }
    }
  }

  @Test("Work that waits too long, too much of it, and work after the end are refused and say why")
  func limits() async throws {
    try await PoolFixture.with({
      $0.maximum = 1
      $0.waitTimeout = .milliseconds(100)
      $0.maximumWaiting = 1
    }) { fixture in
      let pool = fixture.pool
      try await pool.exempt { _ in
        async let first = Task.detached { try await pool.exempt { _ in } }.result
        while pool.statistics.waiting == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let second = await Task.detached { try await pool.exempt { _ in } }.result
        #expect(throws: PoolError.tooManyWaiting(1)) { try second.get() }
        let outcome = await first
        #expect(throws: PoolError.timedOut(after: .milliseconds(100), maximum: 1)) {
          try outcome.get()
        }
      }
      #expect(pool.statistics.timeouts == 1)
      pool.shutDown()
      await #expect(throws: PoolError.closed) { try await pool.exempt { _ in } }
    }
  }

  @Test("A task that is cancelled while it waits or works gives up at once and leaves nothing")
  func cancelled() async throws {
    try await PoolFixture.with({ $0.maximum = 1 }) { fixture in
      let pool = fixture.pool
      let worker = Task {
        try await pool.withRLS(tenant: "t1") { connection in
          try await connection.execute("INSERT INTO x VALUES ('t1', 7000)")
          try await connection.execute("SELECT pg_sleep(60)")
        }
      }
      while pool.statistics.given == 0 { try await Task.sleep(for: .milliseconds(2)) }
      let waiter = Task { try await pool.withRLS(tenant: "t2") { _ in } }
      while pool.statistics.waiting == 0 { try await Task.sleep(for: .milliseconds(2)) }
      waiter.cancel()
      let waited = await waiter.result
      #expect(throws: CancellationError.self) { try waited.get() }
      try await Task.sleep(for: .milliseconds(50))
      worker.cancel()
      let worked = await worker.result
      #expect(throws: CancellationError.self) { try worked.get() }
      let count = try await pool.withRLS(tenant: "t1") {
        try await $0.execute("SELECT count(*) FROM x WHERE id = 7000").scalar
      }
      #expect(count == "0")
    }
  }

  @Test("Connections that the server ended while they rested are replaced without an error")
  func replaced() async throws {
    try await PoolFixture.with { fixture in
      let pool = fixture.pool
      for wait in [0, 50] {
        try await pool.withRLS(tenant: "t1") { _ = try await $0.execute(who) }
        let admin = try fixture.database.connect()
        try admin.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          """)
        admin.close()
        try await Task.sleep(for: .milliseconds(wait))
        let found = try await pool.withRLS(tenant: "t2") { try await $0.execute(who).scalar }
        #expect(found == "t2")
      }
      #expect(pool.statistics.discarded >= 1)
    }
  }

  @Test("Connections that nobody uses, and those that are old, are closed")
  func expiry() async throws {
    try await PoolFixture.with({ $0.idleTimeout = .milliseconds(100) }) { fixture in
      try await fixture.pool.withRLS(tenant: "t1") { _ in }
      #expect(fixture.pool.statistics.open == 1)
      while fixture.pool.statistics.open > 0 { try await Task.sleep(for: .milliseconds(10)) }
      #expect(fixture.pool.statistics.expired == 1)
    }
    try await PoolFixture.with({ $0.lifetime = .milliseconds(1) }) { fixture in
      try await fixture.pool.withRLS(tenant: "t1") { _ in
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(fixture.pool.statistics.open == 0)
    }
  }
}
