import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Changes of the ledger alone")
struct LedgerChangeTests {
  private static let files = [
    "1_a.up.sql": "CREATE TABLE a ()", "2_b.up.sql": "CREATE TABLE b ()",
    "3_c.up.sql": "CREATE TABLE c ()",
  ]

  private func repair(_ bench: Workbench, forgetting: [Int64] = []) throws -> LedgerChange {
    let directory = try bench.load()
    let ledger = try bench.ledger().withTexts(of: directory, on: bench.connection)
    return try .repair(MigrationStatus(directory, ledger), ledger, forgetting: forgetting)
  }

  @Test("a baseline records what the database has, runs nothing, and up goes on after it")
  func baseline() throws {
    try Workbench.run(Self.files) { bench in
      try bench.connection.execute("CREATE TABLE a ()")
      try bench.connection.execute("CREATE TABLE b ()")
      let change = try LedgerChange.baseline(2, bench.load(), bench.ledger())
      #expect("\(change)" == "record  1_a\nrecord  2_b")
      try change.apply(on: bench.connection, options: Workbench.options)
      #expect(try bench.tables() == ["public.a", "public.b"])
      try bench.up()
      #expect(try bench.tables() == ["public.a", "public.b", "public.c"])
      #expect(try bench.status().isUpToDate)
    }
  }

  @Test("a baseline is refused where something is applied, or there is no such version")
  func baselineRefused() throws {
    try Workbench.run(Self.files) { bench in
      #expect(throws: MigrationError.self) {
        try LedgerChange.baseline(9, bench.load(), bench.ledger())
      }
      try bench.up(to: 1)
      let error = #expect(throws: MigrationError.self) {
        try LedgerChange.baseline(2, bench.load(), bench.ledger())
      }
      #expect(error?.message == "the ledger is not empty: 1_a is applied")
    }
  }

  @Test("repair takes edited files for what was applied, and forgets a version without files")
  func repaired() throws {
    try Workbench.run(Self.files) { bench in
      try bench.up()
      try bench.write("2_b.up.sql", "CREATE TABLE b (i int)")
      try bench.remove("3_c.up.sql")
      let change = try repair(bench, forgetting: [3])
      #expect("\(change)" == "accept  2_b\nforget  3_c")
      try change.apply(on: bench.connection, options: Workbench.options)
      #expect(try bench.status().isUpToDate)
      #expect(
        try bench.scalar("SELECT text FROM dbtool.migration_texts WHERE version = 2")
          == "CREATE TABLE b (i int)")
      #expect(try bench.scalar("SELECT count(*) FROM dbtool.migration_texts") == "2")
      #expect(try repair(bench).isEmpty)
    }
  }

  @Test("a version that is not applied, or whose file is there, is not forgotten")
  func notForgotten() throws {
    try Workbench.run(Self.files) { bench in
      try bench.up(to: 2)
      for version: Int64 in [2, 3, 4] {
        #expect(throws: MigrationError.self) { try repair(bench, forgetting: [version]) }
      }
    }
  }

  @Test("a change that was decided for another state of the ledger is not made")
  func changedMeanwhile() throws {
    try Workbench.run(Self.files) { bench in
      let change = try LedgerChange.baseline(2, bench.load(), bench.ledger())
      try bench.up(to: 1)
      let error = #expect(throws: MigrationError.self) {
        try change.apply(on: bench.connection, options: Workbench.options)
      }
      #expect(error?.code == .changedMeanwhile)
      #expect(try bench.ledger().entries.map(\.version) == [1])
    }
  }

  @Test("a migration older than the newest is applied when asked for, or when its file says so")
  func outOfOrder() throws {
    for isDirective in [false, true] {
      try Workbench.run(Self.files) { bench in
        try bench.remove("2_b.up.sql")
        try bench.up()
        let head = isDirective ? "-- dbtool: out-of-order\n" : ""
        try bench.write("2_b.up.sql", head + "CREATE TABLE b ()")
        try bench.write("4_d.up.sql", "CREATE TABLE d ()")
        let plan = try? MigrationPlan.up(bench.load(), bench.ledger())
        #expect((plan == nil) == !isDirective)
        try bench.apply(
          plan ?? MigrationPlan.up(bench.load(), bench.ledger(), outOfOrder: true))
        #expect(try bench.ledger().entries.map(\.version) == [1, 2, 3, 4])
        #expect(try bench.status().isUpToDate)
      }
    }
  }
}
