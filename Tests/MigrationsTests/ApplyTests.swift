import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Applying migrations")
struct ApplyTests {
  private let threeFiles = [
    "1_a.up.sql": "CREATE TABLE a (i int);\nINSERT INTO a VALUES (1);",
    "2_b.up.sql": "CREATE TABLE b (i int)",
    "10_c.up.sql": "CREATE TABLE c (i int)",
  ]

  @Test("each migration runs once, in order, and is recorded")
  func applies() throws {
    try Workbench.run(threeFiles) { bench in
      var events: [String] = []
      let report = try bench.up { event in
        switch event {
        case .started(let step): events.append("started \(step.migration.label)")
        case .finished(let done): events.append("finished \(done.step.migration.label)")
        default: events.append("\(event)")
        }
      }
      #expect(report.finished.map(\.step.migration.version) == [1, 2, 10])
      #expect(
        events == [
          "started 1_a", "finished 1_a", "started 2_b", "finished 2_b", "started 10_c",
          "finished 10_c",
        ])
      #expect(try bench.tables() == ["public.a", "public.b", "public.c"])
      let rows = try bench.connection.execute(
        """
        SELECT version, name, checksum, duration_ms >= 0 AND duration_ms < 60000,
          now() - applied_at < '1 minute', applied_by, tool_version, run_id
        FROM dbtool.migrations ORDER BY version
        """
      ).rows
      #expect(rows.map { $0.text(0) } == ["1", "2", "10"])
      let user = try bench.scalar("SELECT session_user")
      for (row, migration) in try zip(rows, bench.load().migrations) {
        #expect(row[1] == migration.name)
        #expect(row[2] == migration.checksum)
        #expect(row.bool(3) && row.bool(4))
        #expect(row[5] == user)
        #expect(row[6] == "0.0-test")
        #expect(row[7] == report.runID)
      }
      let status = try bench.status()
      #expect(status.isUpToDate)
      #expect(status.entries.allSatisfy { $0.applied?.appliedAt.hasSuffix("Z") == true })
      #expect(try bench.up().finished.isEmpty)
    }
  }

  @Test("with nothing to do one query is sent and nothing else")
  func noOperation() throws {
    try Workbench.run(threeFiles) { bench in
      try bench.up()
      let counting = CountingConnection(bench.connection)
      let plan = try MigrationPlan.up(bench.load(), MigrationLedger.read(on: counting))
      try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      #expect(counting.executed.count == 1)
      #expect(counting.pipelines == 0)
    }
  }

  @Test("all migrations cost one network wait, however many they are and statements they have")
  func networkWaits() throws {
    let many = (1...500).map { "CREATE TABLE t\($0) (i int);" }.joined(separator: "\n")
    let files = ["1_a.up.sql": many, "2_b.up.sql": "SELECT 1", "3_c.up.sql": "SELECT 2"]
    try Workbench.run(files) { bench in
      let counting = CountingConnection(bench.connection)
      let plan = try MigrationPlan.up(bench.load(), MigrationLedger.read(on: counting))
      try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      // The lock with the ledger, and the migrations with the unlock; the read before.
      #expect(counting.pipelines == 2)
      #expect(counting.executed.count == 1)
      #expect(try bench.tables().count == 500)
    }
  }

  @Test("reading the status of a fresh database makes nothing")
  func readOnlyStatus() throws {
    try Workbench.run(threeFiles) { bench in
      #expect(try bench.status().entries.map(\.state) == [.pending, .pending, .pending])
      #expect(try bench.scalar("SELECT to_regnamespace('dbtool')") == nil)
      try bench.remove("1_a.up.sql")
      try bench.remove("2_b.up.sql")
      try bench.remove("10_c.up.sql")
      #expect(try bench.up().finished.isEmpty)
      #expect(try bench.scalar("SELECT to_regnamespace('dbtool')") == nil)
    }
  }

  @Test("other roles can neither read nor write the ledger")
  func ledgerIsPrivate() throws {
    try TestServer.shared.ensureRoles()
    try Workbench.run(threeFiles) { bench in
      try bench.up()
      let other = try bench.database.connect(as: "app_user")
      defer { other.close() }
      let error = #expect(throws: MigrationError.self) { try MigrationLedger.read(on: other) }
      #expect(error?.code == .ledger)
      #expect(error?.postgres?.sqlState == .insufficientPrivilege)
      // The table is closed by itself, not only by its schema.
      try bench.connection.execute("GRANT USAGE ON SCHEMA dbtool TO PUBLIC")
      for sql in [
        "SELECT FROM dbtool.migrations", "DELETE FROM dbtool.migrations",
        "CREATE TABLE dbtool.x ()",
      ] {
        let refusal = #expect(throws: PostgresError.self) { try other.execute(sql) }
        #expect(refusal?.sqlState == .insufficientPrivilege)
      }
    }
  }

  @Test("a role that cannot make the ledger is told what is missing, and nothing is done")
  func cannotCreateSchema() throws {
    try TestServer.shared.ensureRoles()
    for directive in ["", "-- dbtool: no-transaction\n"] {
      try Workbench.run(["1_a.up.sql": directive + "SELECT 1"]) { bench in
        let other = try bench.database.connect(as: "app_user")
        defer { other.close() }
        let plan = try MigrationPlan.up(bench.load(), MigrationLedger.read(on: other))
        let error = #expect(throws: MigrationError.self) {
          try MigrationRunner.apply(plan, on: other, options: Workbench.options)
        }
        #expect(error?.code == .ledger)
        #expect(error?.remedy?.contains("CREATE SCHEMA dbtool AUTHORIZATION") == true)
        #expect(other.transactionStatus == .idle)
        // What the remedy says works.
        try bench.connection.execute("CREATE SCHEMA dbtool AUTHORIZATION app_user")
        try MigrationRunner.apply(plan, on: other, options: Workbench.options)
        #expect(try bench.status().isUpToDate)
      }
    }
  }

  @Test("an edited file, a missing one and a gap stop up, and status names them")
  func inconsistent() throws {
    try Workbench.run(threeFiles) { bench in
      try bench.up()
      try bench.write("2_b.up.sql", "CREATE TABLE b (j int)")
      try bench.write("5_gap.up.sql", "CREATE TABLE gap ()")
      try bench.write("11_new.up.sql", "CREATE TABLE new ()")
      try bench.remove("10_c.up.sql")
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.related.map(\.code) == [.editedFile, .outOfOrder, .missingFile])
      #expect(
        try bench.status().entries.map(\.state)
          == [.applied, .edited, .outOfOrder, .missing, .pending])
      #expect(try bench.tables().count == 3)
    }
  }

  @Test("up to a version stops there and goes on later")
  func upTo() throws {
    try Workbench.run(threeFiles) { bench in
      let report = try bench.up(to: 2)
      #expect(report.finished.count == 2)
      #expect(try bench.status().entries.map(\.state) == [.applied, .applied, .pending])
      #expect(try bench.up().finished.map(\.step.migration.version) == [10])
    }
  }

  @Test("timeouts of a file hold for its statements and for nothing after it")
  func timeouts() throws {
    let head = "-- dbtool: lock-timeout=1234ms\n-- dbtool: statement-timeout=7s\n"
    let body = """
      CREATE TABLE seen_1 AS SELECT current_setting('lock_timeout') l,
        current_setting('statement_timeout') s;
      """
    let files = [
      "1_a.up.sql": head + body,
      "2_b.up.sql": body.replacing("seen_1", with: "seen_2"),
      "3_c.up.sql": "-- dbtool: no-transaction\n" + head + body.replacing("seen_1", with: "seen_3"),
      "4_d.up.sql": body.replacing("seen_1", with: "seen_4"),
    ]
    try Workbench.run(files) { bench in
      try bench.up()
      for (table, expected) in [(1, "1234ms 7s"), (2, "2s 0"), (3, "1234ms 7s"), (4, "2s 0")] {
        #expect(try bench.scalar("SELECT l || ' ' || s FROM seen_\(table)") == expected)
      }
    }
  }

  @Test("a file without a transaction may build an index concurrently")
  func noTransaction() throws {
    let files = [
      "1_a.up.sql": "CREATE TABLE a (i int)",
      "2_b.up.sql": """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY a_i ON a (i);
      SET ROLE pg_monitor;
      SET search_path = nowhere;
      """,
    ]
    try Workbench.run(files) { bench in
      try bench.up()
      #expect(
        try bench.scalar("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_i'::regclass")
          == "t")
      #expect(try bench.status().isUpToDate)
      #expect(try bench.scalar("SELECT current_user = session_user") == "t")
    }
  }

  @Test("a file's role and settings end with the file")
  func leaks() throws {
    try TestServer.shared.ensureRoles()
    let files = [
      "1_a.up.sql": """
      SELECT pg_catalog.set_config('search_path', '', false);
      SET row_security = off;
      SET default_transaction_read_only = on;
      SET standard_conforming_strings = off;
      CREATE TABLE public.a (i int);
      """,
      "2_b.up.sql": "CREATE TABLE b (i int); GRANT CREATE ON SCHEMA public TO app_user;",
      "3_c.up.sql": "SET ROLE app_user; CREATE TABLE c (i int);",
      "4_d.up.sql": "CREATE TABLE d (i int);",
      "5_e.up.sql": "SET SESSION AUTHORIZATION app_user; CREATE TABLE e (i int);",
      "6_f.up.sql": "SET LOCAL ROLE app_user; SET LOCAL search_path = pg_catalog; SELECT 1",
      "7_g.up.sql": "CREATE TABLE g (i int);",
      "8_h.up.sql": "CREATE SCHEMA dbtool_x; CREATE TABLE dbtool_x.migrations (i int);"
        + "SET search_path = dbtool_x",
      "9_i.up.sql": "CREATE TABLE i (i int)",
    ]
    try Workbench.run(files) { bench in
      try bench.up()
      let owners = try bench.connection.execute(
        """
        SELECT tablename, tableowner = session_user FROM pg_tables WHERE schemaname = 'public'
        ORDER BY 1
        """
      ).rows.map { "\($0.text(0)) \($0.text(1))" }
      #expect(owners == ["a t", "b t", "c f", "d t", "e f", "g t", "i t"])
      #expect(try bench.status().isUpToDate)
      #expect(
        try bench.scalar("SELECT count(DISTINCT applied_by) FROM dbtool.migrations") == "1")
      #expect(try bench.scalar("SHOW search_path") == "\"$user\", public")
    }
  }

  @Test("a session in a transaction is refused")
  func openTransaction() throws {
    try Workbench.run(threeFiles) { bench in
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      try bench.connection.execute("BEGIN")
      let error = #expect(throws: MigrationError.self) { try bench.apply(plan) }
      #expect(error?.code == .database)
    }
  }

  @Test("names with quotes and other alphabets are only names")
  func hostileNames() throws {
    let names = [
      "1_it's; DROP TABLE dbtool.migrations; --.up.sql", "2_\"quoted\" $1 \\.up.sql",
      "3_таблица 表 😀.up.sql", "4_%s.up.down.up.sql",
    ]
    let files = Dictionary(uniqueKeysWithValues: names.map { ($0, "SELECT 1") })
    try Workbench.run(files) { bench in
      try bench.up()
      #expect(try bench.ledger().entries.map { "\($0.label).up.sql" } == names)
      #expect(try bench.status().isUpToDate)
    }
  }
}
