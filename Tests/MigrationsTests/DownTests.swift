import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Taking migrations back")
struct DownTests {
  private let files = [
    "1_a.up.sql": "CREATE TABLE a (i int)", "1_a.down.sql": "DROP TABLE a",
    "2_b.up.sql": "CREATE TABLE b (i int)", "2_b.down.sql": "DROP TABLE b",
    "3_c.up.sql": "CREATE TABLE c (i int)", "3_c.down.sql": "DROP TABLE c",
  ]

  @Test("up, down and up again end where they should")
  func roundTrip() throws {
    try Workbench.run(files) { bench in
      try bench.up()
      let down = try bench.apply(.down(bench.load(), bench.ledger()))
      #expect(down.finished.map(\.step.migration.version) == [3])
      #expect(try bench.tables() == ["public.a", "public.b"])
      #expect(try bench.ledger().entries.map(\.version) == [1, 2])
      try bench.apply(.down(bench.load(), bench.ledger(), to: 0))
      #expect(try bench.tables().isEmpty)
      #expect(try bench.ledger() == MigrationLedger(exists: true))
      #expect(try bench.up().finished.count == 3)
      try bench.apply(.down(bench.load(), bench.ledger(), to: 1))
      #expect(try bench.tables() == ["public.a"])
    }
  }

  @Test("redo takes the newest back and applies the file as it is now")
  func redo() throws {
    try Workbench.run(files) { bench in
      try bench.up()
      try bench.write("3_c.up.sql", "CREATE TABLE c (i int, edited int)")
      let plan = try MigrationPlan.redo(bench.load(), bench.ledger())
      let report = try bench.apply(plan)
      #expect(report.finished.map(\.step.direction) == [.down, .up])
      #expect(try bench.scalar("SELECT count(edited) FROM c") == "0")
      #expect(try bench.status().isUpToDate)
    }
  }

  @Test("a redo whose up fails says that the migration stays taken back")
  func failingRedo() throws {
    try Workbench.run(files) { bench in
      try bench.up()
      try bench.write("3_c.up.sql", "CREATE TABLE c (i nope)")
      let error = #expect(throws: MigrationError.self) {
        try bench.apply(.redo(bench.load(), bench.ledger()))
      }
      #expect(error?.state?.hasSuffix("stay so: 3_c (down)") == true)
      #expect(try bench.status().entries.map(\.state) == [.applied, .applied, .pending])
    }
  }

  @Test("a failing down leaves the migration as it was, and recorded")
  func failingDown() throws {
    try Workbench.run(files) { bench in
      try bench.up()
      try bench.write("3_c.down.sql", "DROP TABLE c;\nDROP TABLE nope")
      let error = #expect(throws: MigrationError.self) {
        try bench.apply(.down(bench.load(), bench.ledger()))
      }
      #expect(error?.place == bench.path("3_c.down.sql") + ":2:1")
      #expect(error?.remedy?.contains("`dbtool migrate down`") == true)
      #expect(try bench.tables().count == 3)
      #expect(try bench.status().isUpToDate)
    }
  }

  @Test("a missing down file is refused before anything runs")
  func missingDown() throws {
    try Workbench.run(files) { bench in
      try bench.up()
      try bench.remove("2_b.down.sql")
      let error = #expect(throws: MigrationError.self) {
        try bench.apply(.down(bench.load(), bench.ledger(), to: 0))
      }
      #expect(error?.code == .noDownFile)
      #expect(try bench.tables().count == 3)
    }
  }

  @Test("a down file may run outside a transaction")
  func noTransaction() throws {
    try Workbench.run(files) { bench in
      try bench.write("3_c.up.sql", "CREATE INDEX a_i ON a (i)")
      try bench.write(
        "3_c.down.sql", "-- dbtool: no-transaction\nDROP INDEX CONCURRENTLY a_i")
      try bench.up()
      try bench.apply(.down(bench.load(), bench.ledger()))
      #expect(try bench.ledger().entries.map(\.version) == [1, 2])
    }
  }
}
