import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Failing migrations")
struct FailureTests {
  /// Runs `files`, expects an error, and gives it to `body`.
  private func failure(
    _ files: [String: String], _ body: (MigrationError, Workbench) throws -> Void
  ) throws {
    try Workbench.run(files) { bench in
      let error = try #require(throws: MigrationError.self) { try bench.up() }
      #expect(bench.connection.transactionStatus == .idle)
      try body(error, bench)
    }
  }

  @Test("a failing statement in the middle leaves nothing behind and names line and column")
  func inTheMiddle() throws {
    let text = """
      -- Größe 😀
      CREATE TABLE "größe" (i int); -- ж
      \tINSERT INTO "größe"
      \t\tSELECT '€😀'::text = 'x'\t,\tnope
      \t\tFROM "größe";
      CREATE TABLE after (i int);
      """
    try failure(["1_ok.up.sql": "CREATE TABLE ok ()", "2_bad.up.sql": text]) {
      error, bench throws in
      #expect(error.code == .statementFailed)
      #expect(error.place == bench.path("2_bad.up.sql") + ":4:29")
      #expect(error.postgres?.sqlState == "42703")
      #expect(error.statement?.hasPrefix("INSERT INTO") == true)
      #expect(error.description.contains("column \"nope\" does not exist (SQLSTATE 42703)"))
      #expect(
        error.state == "nothing of this migration was kept; 1 done before it in this run "
          + "stay so: 1_ok")
      #expect(error.remedy?.contains("`dbtool migrate up`") == true)
      #expect(try bench.tables() == ["public.ok"])
      #expect(try bench.ledger().entries.map(\.version) == [1])
      try bench.write("2_bad.up.sql", "CREATE TABLE fixed ()")
      try bench.up()
      #expect(try bench.status().isUpToDate)
    }
  }

  @Test("when the first migration fails, not even the ledger is left")
  func nothingLeft() throws {
    try failure(["1_bad.up.sql": "CREATE TABLE a (); SELECT 1/0;"]) { error, bench throws in
      #expect(error.postgres?.sqlState == "22012")
      #expect(try bench.tables().isEmpty)
      #expect(try bench.scalar("SELECT to_regnamespace('dbtool')") == nil)
    }
  }

  @Test("a migration whose row the ledger does not take is not kept, up and down")
  func swallowedRow() throws {
    try Workbench.run(["1_a.up.sql": "CREATE TABLE a ()", "1_a.down.sql": "DROP TABLE a"]) {
      bench in
      try bench.up()
      for statement in [
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        """
        CREATE TRIGGER swallow BEFORE INSERT OR DELETE ON dbtool.migrations
        FOR EACH ROW EXECUTE FUNCTION swallow()
        """,
      ] { try bench.connection.execute(statement) }
      for text in ["CREATE TABLE b ()", "-- dbtool: no-transaction\nCREATE TABLE b ()"] {
        try bench.write("2_b.up.sql", text)
        let error = #expect(throws: MigrationError.self) { try bench.up() }
        #expect(
          error?.message == "the ledger dbtool.migrations did not take the change: something on it "
            + "drops rows", "\(error as Any)")
        #expect(
          error?.remedy?.hasPrefix("remove the trigger or rule, which dbtool did not make") == true)
        #expect(try bench.ledger().entries.map(\.version) == [1])
        try bench.connection.execute("DROP TABLE IF EXISTS b")
      }
      try bench.remove("2_b.up.sql")
      let down = #expect(throws: MigrationError.self) {
        try bench.apply(.down(bench.load(), bench.ledger()))
      }
      #expect(down?.message.contains("did not take the change") == true, "\(down as Any)")
      #expect(try bench.tables() == ["public.a"])
    }
  }

  @Test("an error without a position is placed at its statement, with detail, hint and context")
  func withoutPosition() throws {
    let text = """
      SELECT 1;

        DO $$ BEGIN
          RAISE EXCEPTION 'no' USING DETAIL = 'the detail', HINT = 'the hint';
        END $$;
      """
    try failure(["1_bad.up.sql": text]) { error, _ throws in
      #expect(error.line == 3)
      #expect(error.column == 3)
      for part in ["detail: the detail", "hint: the hint", "context: PL/pgSQL function"] {
        #expect(error.description.contains(part))
      }
    }
  }

  @Test("positions are right in files with CRLF line ends and a byte order mark")
  func carriageReturns() throws {
    try failure(["1_bad.up.sql": "\u{FEFF}SELECT 1;\r\nSELECT\r\n  nope;\r\n"]) { error, _ throws in
      #expect(error.line == 3)
      #expect(error.column == 3)
    }
  }

  @Test("COMMIT does not keep what came before an error, wherever the error is")
  func commitIsGuarded() throws {
    for sql in [
      "SELECT 1/0; CREATE TABLE t ()", "CREATE TABLE t (); SELECT 1/0",
      "CREATE TABLE t (); SAVEPOINT s; SELECT 1/0; ROLLBACK TO s;",
      "CREATE TABLE t (); DO $$ BEGIN COMMIT; END $$; SELECT 1",
    ] {
      try failure(["1_bad.up.sql": sql]) { error, bench throws in
        #expect(error.code == .statementFailed)
        #expect(try bench.tables().isEmpty)
      }
    }
  }

  @Test("a deferred constraint that fails at COMMIT is reported as that")
  func deferredConstraint() throws {
    let text = """
      CREATE TABLE p (i int PRIMARY KEY);
      CREATE TABLE c (i int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO c VALUES (7);
      """
    try failure(["1_bad.up.sql": text]) { error, bench throws in
      #expect(error.code == .commitFailed)
      #expect(error.file == bench.path("1_bad.up.sql"))
      #expect(error.postgres?.sqlState == .foreignKeyViolation)
      #expect(error.description.contains("Key (i)=(7)"))
      #expect(try bench.tables().isEmpty)
      #expect(try bench.ledger().entries.isEmpty)
    }
  }

  @Test("a statement that may not run in a transaction comes with the directive for it")
  func needsNoTransaction() throws {
    let files = [
      "1_a.up.sql": "CREATE TABLE a (i int)", "2_b.up.sql": "CREATE INDEX CONCURRENTLY ON a (i)",
    ]
    try failure(files) { error, _ throws in
      #expect(error.remedy?.contains("-- dbtool: no-transaction") == true)
    }
  }

  @Test("a file without a transaction says what stays done")
  func outsideTransaction() throws {
    let text = "-- dbtool: no-transaction\nCREATE TABLE a ();\nSET ROLE pg_monitor;\nSELECT 1/0;"
    try failure(["1_bad.up.sql": text]) { error, bench throws in
      #expect(error.line == 4)
      #expect(
        error.state?.contains("2 of its 3 statements are done, stay so, and are recorded") == true)
      #expect(try bench.tables() == ["public.a"])
      #expect(try bench.ledger().entries.isEmpty)
      #expect(try bench.scalar("SELECT current_user = session_user") == "t")
    }
  }

  @Test("a file without a transaction may not leave one open")
  func leftOpen() throws {
    let text = "-- dbtool: no-transaction\nBEGIN; CREATE TABLE a ()"
    try failure(["1_bad.up.sql": text]) { error, bench throws in
      #expect(error.code == .transactionControl)
      #expect(try bench.tables().isEmpty)
    }
  }

  @Test("statement_timeout is no interrupt")
  func statementTimeout() throws {
    let text = "-- dbtool: statement-timeout=50ms\nSELECT pg_sleep(10)"
    try failure(["1_bad.up.sql": text]) { error, _ throws in
      #expect(error.code == .statementFailed)
      #expect(error.postgres?.sqlState == .queryCanceled)
    }
  }

  @Test("an interrupt from another thread stops a long statement and leaves nothing half done")
  func interrupt() throws {
    let files = [
      "1_ok.up.sql": "CREATE TABLE ok ()",
      "2_long.up.sql": "CREATE TABLE half (); SELECT pg_sleep(60); CREATE TABLE more ();",
      "3_never.up.sql": "CREATE TABLE never ()",
    ]
    try Workbench.run(files) { bench in
      let cancellation = Cancellation()
      let connection = try LibPQConnection(
        conninfo: bench.database.conninfo, cancellation: cancellation)
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let watcher = try bench.database.connect()
      let pid = connection.backendPID
      // The watcher belongs to its thread alone.
      nonisolated(unsafe) let watched = watcher
      let thread = Thread {
        let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = \(pid) AND wait_event = 'PgSleep'"
        for _ in 0..<2_000 {
          if (try? watched.execute(sql).rowCount) == 1 { break }
          usleep(5_000)
        }
        cancellation.cancel()
      }
      thread.start()
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(
          plan, on: connection,
          options: MigrationOptions(toolVersion: "t", cancellation: cancellation))
      }
      #expect(error?.code == .interrupted)
      #expect(error?.state?.hasPrefix("nothing of this migration was kept") == true)
      #expect(connection.transactionStatus == .idle)
      connection.close()
      #expect(try bench.tables() == ["public.ok"])
      #expect(try bench.ledger().entries.map(\.version) == [1])
      try bench.write("2_long.up.sql", "SELECT 1")
      #expect(try bench.up().finished.count == 2)
    }
  }

  @Test("a session that an administrator ends has kept nothing")
  func terminated() throws {
    let text = "CREATE TABLE a (); SELECT pg_terminate_backend(pg_backend_pid()); SELECT 1"
    try Workbench.run(["1_bad.up.sql": text]) { bench in
      let connection = try bench.database.connect()
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: connection, options: Workbench.options)
      }
      #expect(error?.code == .database)
      #expect(error?.state == "nothing of this migration was kept")
      #expect(try bench.tables().isEmpty)
    }
  }

  @Test("a connection lost before COMMIT is confirmed is reported as not known")
  func lostAtCommit() throws {
    try Workbench.run(["1_a.up.sql": "CREATE TABLE a ()"]) { bench in
      let counting = CountingConnection(bench.connection)
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      counting.beforePipeline = { statements in
        guard statements.contains(where: { $0.sql == "COMMIT" }) else { return }
        // With the answer libpq loses the session.
        bench.connection.close()
        throw PostgresError(.connectionLost, "server closed the connection unexpectedly")
      }
      let error = #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      }
      #expect(error?.code == .outcomeUnknown)
      #expect(error?.remedy?.contains("`dbtool migrate status`") == true)
    }
  }

  @Test("a connection lost after the last COMMIT was confirmed is no failure")
  func lostAfterCommit() throws {
    try Workbench.run(["1_a.up.sql": "CREATE TABLE a ()"]) { bench in
      let counting = CountingConnection(bench.connection)
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      counting.afterPipeline = { statements in
        guard statements.contains(where: { $0.sql == "COMMIT" }) else { return }
        throw PostgresError(.connectionLost, "server closed the connection unexpectedly")
      }
      let report = try MigrationRunner.apply(plan, on: counting, options: Workbench.options)
      #expect(report.finished.count == 1)
      #expect(try bench.tables() == ["public.a"])
    }
  }
}
