import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Migrations

@Suite("Runners at the same time")
struct ConcurrencyTests {
  /// What one runner of a test saw.
  private struct Outcome {
    var finished = 0
    var waited: [LockHolder?] = []
    var error: String?
  }

  /// Applies `plan` with a connection of its own, after `wait` returned.
  private static func run(
    _ plan: MigrationPlan, on database: TestDatabase, number: Int, wait: () -> Void
  ) -> Outcome {
    var outcome = Outcome()
    var hasWaited = false
    defer { if !hasWaited { wait() } }
    do {
      let connection = try LibPQConnection(
        conninfo: database.conninfo, applicationName: "runner \(number)")
      defer { connection.close() }
      wait()
      hasWaited = true
      let report = try MigrationRunner.apply(plan, on: connection, options: Workbench.options) {
        if case .waiting(let holder) = $0 { outcome.waited.append(holder) }
      }
      outcome.finished = report.finished.count
    } catch {
      outcome.error = "\(error)"
    }
    return outcome
  }

  /// The number of advisory locks held in the test's database.
  private func advisoryLocks(_ bench: Workbench) throws -> String? {
    try bench.scalar(
      """
      SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND d.datname = current_database()
      """)
  }

  @Test("of several runners started at once each migration is applied by one, and all end well")
  func startedTogether() throws {
    let files = Dictionary(
      uniqueKeysWithValues: (1...5).map {
        ("\($0)_t.up.sql", "CREATE TABLE t\($0) (); SELECT pg_sleep(0.1)")
      })
    try Workbench.run(files) { bench in
      let outcomes = Mutex<[Outcome]>([])
      let database = bench.database
      // All plan before the first one applies.
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      // Threads, since a queue would run as many at once as there are cores.
      let count = 4
      let ready = DispatchSemaphore(value: 0)
      let go = DispatchSemaphore(value: 0)
      let done = DispatchSemaphore(value: 0)
      for number in 1...count {
        Thread.detachNewThread {
          let outcome = Self.run(plan, on: database, number: number) {
            ready.signal()
            go.wait()
          }
          outcomes.withLock { $0.append(outcome) }
          done.signal()
        }
      }
      for _ in 1...count { ready.wait() }
      for _ in 1...count { go.signal() }
      for _ in 1...count { done.wait() }
      let all = outcomes.withLock { $0 }
      #expect(all.compactMap(\.error) == [])
      #expect(all.map(\.finished).sorted() == [0, 0, 0, 5])
      let waited = all.filter { $0.finished == 0 }
      #expect(waited.allSatisfy { !$0.waited.isEmpty })
      #expect(
        waited.flatMap(\.waited).contains { $0?.applicationName.hasPrefix("runner ") == true })
      #expect(try bench.status().isUpToDate)
      #expect(try advisoryLocks(bench) == "0")
    }
  }

  @Test("a runner says who holds the lock, and gives up when it may wait no longer")
  func waitLimit() throws {
    try Workbench.run(["1_a.up.sql": "SELECT 1"]) { bench in
      let holder = try LibPQConnection(
        conninfo: bench.database.conninfo, applicationName: "deploy job")
      defer { holder.close() }
      let (lock, _) = try RunnerLock.acquire(on: holder, place: .database, waitLimit: nil) { _ in }
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      var options = Workbench.options
      options.waitLimit = .zero
      var seen: [LockHolder] = []
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: bench.connection, options: options) { event in
          if case .waiting(let holder?) = event { seen.append(holder) }
        }
      }
      #expect(error?.code == .locked)
      #expect(error?.message.contains("process \(holder.backendPID), deploy job") == true)
      #expect(seen.map(\.pid) == [holder.backendPID])
      #expect(seen.first?.connectedSince.isEmpty == false)
      #expect(lock.release())
      // Without a holder no waiting is needed, so a limit of nothing is enough.
      try MigrationRunner.apply(plan, on: bench.connection, options: options)
      #expect(try bench.status().isUpToDate)
    }
  }

  @Test("a runner that waits can be interrupted")
  func interruptedWait() throws {
    try Workbench.run(["1_a.up.sql": "SELECT 1"]) { bench in
      let (lock, _) = try RunnerLock.acquire(on: bench.connection, place: .database, waitLimit: nil)
      { _ in }
      defer { _ = lock.release() }
      let cancellation = Cancellation()
      let connection = try LibPQConnection(
        conninfo: bench.database.conninfo, cancellation: cancellation)
      defer { connection.close() }
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: connection, options: Workbench.options) { event in
          if case .waiting = event { cancellation.cancel() }
        }
      }
      #expect(error?.code == .interrupted)
    }
  }

  @Test("a lock that a migration gave away is noticed at the end")
  func lostLock() throws {
    try Workbench.run(["1_a.up.sql": "SELECT pg_advisory_unlock_all()"]) { bench in
      var events: [MigrationEvent] = []
      try bench.up { events.append($0) }
      #expect(events.last == .lockWasLost)
    }
  }

  @Test("the lock is given back after a failure")
  func releasedAfterFailure() throws {
    try Workbench.run(["1_a.up.sql": "SELECT 1/0"]) { bench in
      #expect(throws: MigrationError.self) { try bench.up() }
      let left = try advisoryLocks(bench)
      #expect(left == "0")
    }
  }

  @Test("two runners that take back the newest take back one")
  func downTwice() throws {
    let files = [
      "1_a.up.sql": "SELECT 1", "1_a.down.sql": "SELECT 1", "2_b.up.sql": "SELECT 1",
      "2_b.down.sql": "SELECT 1",
    ]
    try Workbench.run(files) { bench in
      try bench.up()
      let plan = try MigrationPlan.down(bench.load(), bench.ledger())
      try bench.apply(plan)
      let error = #expect(throws: MigrationError.self) { try bench.apply(plan) }
      #expect(error?.code == .changedMeanwhile)
      #expect(try bench.ledger().entries.map(\.version) == [1])
    }
  }
}
