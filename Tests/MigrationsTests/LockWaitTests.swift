import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Migrations that wait for locks")
struct LockWaitTests {
  private static let files = [
    "1_a.up.sql": "CREATE TABLE a (i int)", "2_b.up.sql": "ALTER TABLE busy ADD COLUMN n int",
    "3_c.up.sql": "CREATE TABLE c ()",
  ]

  /// Runs `body` while another session holds a lock on the table `busy`.
  private func withBusyTable(
    _ files: [String: String], _ body: (Workbench, any Connection) throws -> Void
  ) throws {
    try Workbench.run(files) { bench in
      try bench.connection.execute("CREATE TABLE busy ()")
      let other = try bench.database.connect()
      defer { other.close() }
      try other.execute("BEGIN")
      try other.execute("LOCK TABLE busy IN ACCESS SHARE MODE")
      try body(bench, other)
    }
  }

  private func options(retries: Int) -> MigrationOptions {
    var options = Workbench.options
    options.lockTimeout = "50ms"
    options.lockRetries = Backoff(retries: retries, base: .milliseconds(10))
    return options
  }

  @Test("one that gets no lock in time is tried again, and those before it are not")
  func retried() throws {
    try withBusyTable(Self.files) { bench, other in
      var events: [String] = []
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      try MigrationRunner.apply(plan, on: bench.connection, options: options(retries: 50)) {
        switch $0 {
        case .finished(let step): events.append("finished \(step.step.migration.version)")
        case .retrying(let step, let error, _):
          events.append("retrying \(step.migration.version) \(error.sqlState?.rawValue ?? "")")
          if events.count == 4 { _ = try? other.execute("COMMIT") }
        default: break
        }
      }
      let retrying = events.filter { $0 == "retrying 2 55P03" }
      #expect(retrying.count >= 3)
      #expect(
        events.filter { !$0.hasPrefix("retrying") } == ["finished 1", "finished 2", "finished 3"])
      #expect(try bench.ledger().entries.map(\.version) == [1, 2, 3])
    }
  }

  @Test("one that never gets its lock ends as an error after so many tries, and keeps nothing")
  func given() throws {
    try withBusyTable(Self.files) { bench, _ in
      var retries = 0
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: bench.connection, options: options(retries: 2)) {
          if case .retrying = $0 { retries += 1 }
        }
      }
      #expect(retries == 2)
      #expect(error?.sqlState == .lockNotAvailable)
      #expect(error?.message.contains("3 times in a row") == true)
      #expect(try bench.ledger().entries.map(\.version) == [1])
    }
  }

  @Test("who stands in the way is told while it waits, and again in the error")
  func blockers() throws {
    try withBusyTable(Self.files) { bench, other in
      let database = bench.database
      var options = options(retries: 0)
      options.lockTimeout = "3s"
      options.observer = { try database.connect() }
      let pid = try #require(other.execute("SELECT pg_backend_pid()").scalar)
      var waits: [LockWait] = []
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: bench.connection, options: options) {
          if case .blocked(_, let wait) = $0 { waits.append(wait) }
        }
      }
      #expect(waits.count == 1)
      #expect(waits.first?.object == "busy")
      #expect(waits.first?.mode == "AccessExclusiveLock")
      #expect(waits.first?.blockers.map { String($0.pid) } == [pid])
      #expect(waits.first?.blockers.first?.state == "idle in transaction")
      #expect(error?.message.contains("held up by session \(pid) (") == true)
      #expect(error?.remedy?.contains("pg_terminate_backend(\(pid))") == true)
    }
  }

  @Test("a reader that comes while a migration waits does not wait longer than the lock timeout")
  func readersGoOn() throws {
    try withBusyTable(Self.files) { bench, other in
      let database = bench.database
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      var options = options(retries: 1_000)
      options.lockTimeout = "300ms"
      let cancellation = Cancellation()
      options.cancellation = cancellation
      let settings = options
      let work = BackgroundWork {
        let connection = try LibPQConnection(
          conninfo: database.conninfo, cancellation: cancellation)
        defer { connection.close() }
        _ = try? MigrationRunner.apply(plan, on: connection, options: settings)
      }
      usleep(300_000)
      let reader = try database.connect()
      defer { reader.close() }
      try reader.execute("SET statement_timeout = '10s'")
      for _ in 0..<20 {
        try reader.execute("SELECT count(*) FROM busy")
        usleep(20_000)
      }
      cancellation.cancel()
      try other.execute("ROLLBACK")
      try work.wait()
    }
  }
}
