import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Migrations that are sent together")
struct PipelineTests {
  @Test("after one that fails none runs, those before it stay, and up goes on from there")
  func failureInTheMiddle() throws {
    let files = [
      "1_a.up.sql": "CREATE TABLE a ()", "2_b.up.sql": "CREATE TABLE b (); SELECT nonsense",
      "3_c.up.sql": "CREATE TABLE c ()",
    ]
    try Workbench.run(files) { bench in
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.file == bench.path("2_b.up.sql"))
      #expect(error?.state?.contains("1 done before it in this run stay so: 1_a") == true)
      #expect(try bench.tables() == ["public.a"])
      #expect(try bench.ledger().entries.map(\.version) == [1])
      try bench.write("2_b.up.sql", "CREATE TABLE b ()")
      try bench.up()
      #expect(try bench.tables() == ["public.a", "public.b", "public.c"])
    }
  }

  @Test("each is told of when it is done, not when all are")
  func progressInTime() throws {
    let files = ["1_a.up.sql": "SELECT 1", "2_b.up.sql": "SELECT pg_sleep(1)"]
    try Workbench.run(files) { bench in
      let clock = ContinuousClock()
      var times: [ContinuousClock.Instant] = []
      try bench.up { if case .finished = $0 { times.append(clock.now) } }
      #expect(times.count == 2)
      #expect(times[1] - times[0] > .milliseconds(700))
    }
  }

  @Test("a migration does not run when the one before it has gone from the ledger meanwhile")
  func predecessorGone() throws {
    try Workbench.run(["1_a.up.sql": "CREATE TABLE a ()"]) { bench in
      try bench.up()
      try bench.write("2_b.up.sql", "CREATE TABLE b ()")
      try bench.write("2_b.down.sql", "DROP TABLE b")
      let counting = CountingConnection(bench.connection)
      let other = try bench.database.connect()
      defer { other.close() }
      counting.beforePipeline = { statements in
        guard statements.contains(where: { $0.sql == "COMMIT" }) else { return }
        try other.execute("DELETE FROM dbtool.migrations WHERE version = 1")
      }
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      }
      #expect(error?.code == .changedMeanwhile)
      #expect(error?.state == "nothing of this migration was kept")
      #expect(try bench.tables() == ["public.a"])
    }
  }

  @Test("one that was taken back meanwhile is not taken back again")
  func takenBackMeanwhile() throws {
    let files = ["1_a.up.sql": "CREATE TABLE a ()", "1_a.down.sql": "DROP TABLE IF EXISTS a"]
    try Workbench.run(files) { bench in
      try bench.up()
      let counting = CountingConnection(bench.connection)
      let other = try bench.database.connect()
      defer { other.close() }
      counting.beforePipeline = { statements in
        guard statements.contains(where: { $0.sql == "COMMIT" }) else { return }
        try other.execute("DELETE FROM dbtool.migrations")
      }
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(
          .down(bench.load(), bench.ledger()), on: counting, options: Workbench.options)
      }
      #expect(error?.code == .changedMeanwhile)
      #expect(try bench.tables() == ["public.a"])
    }
  }

  @Test("only the last COMMIT waits for the disk, and after a failure one more that does")
  func durability() throws {
    let log = "INSERT INTO log SELECT current_setting('synchronous_commit')"
    let files = [
      "1_a.up.sql": "CREATE TABLE log (s text); \(log)", "2_b.up.sql": log, "3_c.up.sql": log,
    ]
    try Workbench.run(files) { bench in
      // The throwaway server has it off, since its data are.
      try bench.connection.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', "
          + "current_database()); END $$")
      let session = try bench.database.connect()
      defer { session.close() }
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      try MigrationRunner.apply(plan, on: session, options: Workbench.options)
      #expect(try bench.scalar("SELECT string_agg(s, ' ' ORDER BY ctid) FROM log") == "off off on")
    }
    try Workbench.run(files.merging(["3_c.up.sql": "SELECT 1/0"]) { $1 }) { bench in
      let counting = CountingConnection(bench.connection)
      var sent: [String] = []
      counting.beforePipeline = { sent += $0.map(\.sql) }
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      }
      // The last of all gives the lock back.
      #expect(sent.last?.contains("pg_advisory_unlock") == true)
      #expect(sent.dropLast().suffix(3) == ["BEGIN", "SELECT pg_catalog.txid_current()", "COMMIT"])
      #expect(try bench.ledger().entries.map(\.version) == [1, 2])
    }
  }
}
