import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Migrations

@Suite("Through a pooler", .enabled(if: Pooler.program != nil, "pgbouncer is not installed"))
struct PoolerTests {
  private static let files = [
    "1_a.up.sql": "CREATE TABLE a (); SELECT pg_sleep(0.05)",
    "2_b.up.sql": "CREATE TABLE b (); SELECT pg_sleep(0.05)",
    "3_c.up.sql":
      "-- dbtool: no-transaction\nCREATE TABLE c (i int); CREATE INDEX CONCURRENTLY c_i ON c (i)",
    "4_d.up.sql": "CREATE TABLE d ()",
  ]

  private func through(
    _ files: [String: String],
    _ body: (Workbench, @escaping @Sendable () throws -> LibPQConnection) throws -> Void
  ) throws {
    let program = try #require(Pooler.program)
    try Workbench.run(files) { bench in
      try withTemporaryDirectory { folder in
        let pooler = try Pooler(
          program: program, to: TestServer.shared.address, sessions: 4, folder: folder)
        let conninfo = pooler.conninfo(database: bench.database.name)
        try body(bench) { try LibPQConnection(conninfo: conninfo, applicationName: "deploy job") }
        withExtendedLifetime(pooler) {}
      }
    }
  }

  private func leftovers(_ bench: Workbench) throws -> String? {
    try bench.scalar(
      """
      SELECT (SELECT count(*) FROM dbtool.migration_lease) || ' ' ||
        (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE l.locktype = 'advisory' AND d.datname = current_database())
      """)
  }

  @Test("a run applies everything, and leaves no lock in a session of the pool")
  func oneRun() throws {
    try through(Self.files) { bench, connect in
      let connection = try connect()
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      try MigrationRunner.apply(plan, on: connection, options: Workbench.options)
      #expect(try bench.status().isUpToDate)
      #expect(try leftovers(bench) == "0 0")
    }
  }

  @Test("of several runners at once each migration is applied by one, and all end well")
  func together() throws {
    try through(Self.files) { bench, connect in
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let runners = (0..<8).map { _ in
        BackgroundWork {
          let connection = try connect()
          defer { connection.close() }
          return try MigrationRunner.apply(plan, on: connection, options: Workbench.options)
            .finished.count
        }
      }
      let counts = try runners.map { try $0.wait() }
      #expect(counts.reduce(0, +) == 4)
      #expect(try bench.ledger().entries.map(\.version) == [1, 2, 3, 4])
      #expect(try leftovers(bench) == "0 0")
    }
  }

  @Test("a lease that another run has is waited for, and taken over when it has run out")
  func expired() throws {
    try through(Self.files) { bench, connect in
      let (lock, _) = try RunnerLock.acquire(on: connect(), place: .database, waitLimit: nil) { _ in
      }
      #expect(lock.lease != nil)
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      var options = Workbench.options
      options.waitLimit = .zero
      var holders: [LockHolder?] = []
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: connect(), options: options) {
          if case .waiting(let holder) = $0 { holders.append(holder) }
        }
      }
      #expect(error?.code == .locked)
      #expect(holders.map { $0?.applicationName } == ["deploy job"])
      try bench.connection.execute(
        "UPDATE dbtool.migration_lease SET expires_at = now() - interval '1 second'")
      try MigrationRunner.apply(plan, on: connect(), options: options)
      #expect(try bench.status().isUpToDate)
      #expect(!lock.release())
    }
  }

  @Test("a run whose lease was taken over stops, and keeps nothing of the migration it is at")
  func takenOver() throws {
    try through(Self.files) { bench, connect in
      let counting = CountingConnection(try connect())
      counting.beforePipeline = { statements in
        guard statements.contains(where: { $0.sql == "CREATE TABLE a ()" }) else { return }
        try bench.connection.execute(
          "UPDATE dbtool.migration_lease SET holder = gen_random_uuid()")
      }
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      }
      #expect(error?.code == .changedMeanwhile)
      #expect(try bench.tables().isEmpty)
    }
  }

  @Test("a file outside a transaction that sets something for its session is refused, and says why")
  func settings() throws {
    let files = ["1_a.up.sql": "-- dbtool: no-transaction\nSET search_path = s;\nSELECT 1"]
    try through(files) { bench, connect in
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: connect(), options: Workbench.options)
      }
      #expect(error?.code == .needsSession)
      #expect(error?.line == 2)
      #expect(try leftovers(bench) == "0 0")
    }
  }
}
