import Foundation
import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Migrations outside a transaction")
struct ResumableTests {
  private static let files = [
    "1_a.up.sql": "CREATE TABLE t (i int); INSERT INTO t SELECT generate_series(1, 100)",
    "2_b.up.sql": """
    -- dbtool: no-transaction
    CREATE SCHEMA s;
    SET search_path = s, public;
    CREATE TABLE u (i int);
    INSERT INTO u VALUES (1);
    CREATE INDEX CONCURRENTLY t_i ON t (i);
    BEGIN;
    SET LOCAL work_mem = '1MB';
    INSERT INTO u VALUES (2);
    CREATE TYPE e AS ENUM ('a');
    COMMIT;
    ALTER TYPE e ADD VALUE 'b';
    DROP INDEX CONCURRENTLY t_i;
    VACUUM t;
    REINDEX TABLE CONCURRENTLY t;
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_j ON t (i);
    INSERT INTO u SELECT 3 WHERE 'b'::e > 'a';
    """,
    "3_c.up.sql": "CREATE TABLE c ()",
  ]

  private func expectAllDone(_ bench: Workbench) throws {
    #expect(try bench.scalar("SELECT string_agg(i::text, ' ' ORDER BY i) FROM s.u") == "1 2 3")
    #expect(
      try bench.scalar(
        """
        SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ') FROM pg_index
        WHERE indrelid = 't'::regclass
        """) == "t_j true")
    #expect(try bench.tables() == ["public.c", "public.t", "s.u"])
    #expect(try bench.ledger().entries.map(\.version) == [1, 2, 3])
    #expect(try bench.scalar("SELECT count(*) FROM dbtool.migration_progress") == "0")
  }

  @Test(
    "wherever a run is cut, before or after any of its waits, up finishes the job",
    arguments: StoppingConnection.Moment.allCases)
  func cut(moment: StoppingConnection.Moment) throws {
    var waits = 0
    var wasStopped = true
    while wasStopped {
      try Workbench.run(Self.files) { bench in
        let connection = StoppingConnection(try bench.database.connect(), after: waits, moment)
        let plan = try MigrationPlan.up(bench.load(), bench.ledger())
        let error = Result {
          try MigrationRunner.apply(plan, on: connection, options: Workbench.options)
        }
        wasStopped = connection.wasStopped
        connection.close()
        if !wasStopped { _ = try error.get() }
        try bench.up()
        try expectAllDone(bench)
      }
      waits += 1
    }
    #expect(waits > 30)
  }

  @Test("a statement that failed is corrected and run again, those before it are not")
  func corrected() throws {
    let head = "-- dbtool: no-transaction\nCREATE TABLE a (i int);\n"
    try Workbench.run(["1_a.up.sql": head + "INSERT INTO a VALUES ('x');"]) { bench in
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.line == 3)
      #expect(
        error?.remedy
          == "correct the file, then run `dbtool migrate up` again: it goes on after them")
      try bench.write("1_a.up.sql", head + "INSERT INTO a VALUES (1);")
      var resumed = 0
      try bench.up { if case .resuming(_, let done) = $0 { resumed = done } }
      #expect(resumed == 1)
      #expect(try bench.scalar("SELECT count(*) FROM a") == "1")
    }
  }

  @Test("a statement that was run already may not be changed before the rest is")
  func changed() throws {
    let text = "-- dbtool: no-transaction\nCREATE TABLE a (i int);\nSELECT 1 / 0;"
    try Workbench.run(["1_a.up.sql": text]) { bench in
      #expect(throws: MigrationError.self) { try bench.up() }
      try bench.write("1_a.up.sql", text.replacing("(i int)", with: "(i bigint)"))
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.code == .editedFile)
      #expect(error?.line == 2)
      #expect(try bench.ledger().entries.isEmpty)
    }
  }

  @Test("an INVALID index that a failure left is named, and built anew, also with IF NOT EXISTS")
  func invalidIndex() throws {
    let files = [
      "1_a.up.sql": "CREATE TABLE \"T\" (i int); INSERT INTO \"T\" VALUES (1), (1)",
      "2_b.up.sql": """
      -- dbtool: no-transaction
      CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I" ON "T" (i);
      """,
    ]
    try Workbench.run(files) { bench in
      let error = #expect(throws: MigrationError.self) { try bench.up() }
      #expect(error?.sqlState == .uniqueViolation)
      #expect(error?.state?.contains("the INVALID index \"I\" is left") == true)
      try bench.connection.execute("DELETE FROM \"T\"")
      var cleared: [String] = []
      try bench.up { if case .clearedIndex(_, let name) = $0 { cleared.append(name) } }
      #expect(cleared == ["\"I\""])
      #expect(
        try bench.scalar("SELECT indisvalid FROM pg_index WHERE indexrelid = '\"I\"'::regclass")
          == "t")
    }
  }

  @Test("what a REINDEX left is dropped before it is run again, that of the TOAST table too")
  func reindexed() throws {
    let files = [
      "1_a.up.sql": "CREATE TABLE t (i int PRIMARY KEY, s text); INSERT INTO t VALUES (1, 'x')",
      "2_b.up.sql": "-- dbtool: no-transaction\nREINDEX TABLE CONCURRENTLY t;",
    ]
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    try Workbench.run(files) { bench in
      try bench.up(to: 1)
      let other = try bench.database.connect()
      defer { other.close() }
      // An old snapshot holds the last phase up, when the new indexes are built and the old ones
      // are there.
      try other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
      try other.execute("SELECT * FROM t")
      let connection = try bench.database.connect()
      try connection.execute("SET statement_timeout = '500ms'")
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: connection, options: Workbench.options)
      }
      connection.close()
      try other.execute("COMMIT")
      #expect(try bench.scalar(invalid) == "2")
      var cleared: [String] = []
      try bench.up { if case .clearedIndex(_, let name) = $0 { cleared.append(name) } }
      #expect(cleared.count == 2)
      #expect(try bench.scalar(invalid) == "0")
    }
  }

  @Test("a detach that was cut in its middle is finished")
  func detach() throws {
    let files = [
      "1_a.up.sql": """
      CREATE TABLE p (i int) PARTITION BY LIST (i);
      CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
      """,
      "2_b.up.sql": "-- dbtool: no-transaction\nALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;",
    ]
    try Workbench.run(files) { bench in
      try bench.up(to: 1)
      let other = try bench.database.connect()
      defer { other.close() }
      // A reader of the partitioned table holds the second half up.
      try other.execute("BEGIN")
      try other.execute("SELECT * FROM p")
      let connection = try bench.database.connect()
      try connection.execute("SET statement_timeout = '300ms'")
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      #expect(throws: MigrationError.self) {
        try MigrationRunner.apply(plan, on: connection, options: Workbench.options)
      }
      connection.close()
      try other.execute("COMMIT")
      #expect(try bench.scalar("SELECT inhdetachpending FROM pg_inherits") == "t")
      try bench.up()
      #expect(try bench.scalar("SELECT count(*) FROM pg_inherits") == "0")
    }
  }

  @Test("of a procedure that a run was killed in nothing tells how it ended, so it is asked")
  func unknownEnd() throws {
    let files = [
      "1_a.up.sql": """
      CREATE TABLE a (i int);
      CREATE PROCEDURE fill() LANGUAGE plpgsql AS
        'BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); END';
      """,
      "2_b.up.sql": "-- dbtool: no-transaction\nCALL fill();",
    ]
    for (unfinished, rows) in [(MigrationOptions.Unfinished.rerun, "4"), (.skip, "2")] {
      try Workbench.run(files) { bench in
        try bench.up(to: 1)
        let counting = CountingConnection(bench.connection)
        counting.beforePipeline = { statements in
          guard statements.contains(where: { $0.sql == ProgressSQL(.database).finish }) else {
            return
          }
          throw PostgresError(.connectionLost, "cut")
        }
        let cut = try MigrationPlan.up(bench.load(), bench.ledger())
        #expect(throws: MigrationError.self) {
          try MigrationRunner.apply(cut, on: counting, options: Workbench.options)
        }
        let error = #expect(throws: MigrationError.self) { try bench.up() }
        #expect(error?.code == .outcomeUnknown)
        #expect(error?.remedy?.contains("--unfinished rerun") == true)
        var options = Workbench.options
        options.unfinished = unfinished
        let plan = try MigrationPlan.up(bench.load(), bench.ledger())
        try MigrationRunner.apply(plan, on: bench.connection, options: options)
        #expect(try bench.scalar("SELECT count(*) FROM a") == rows)
        #expect(try bench.status().isUpToDate)
      }
    }
  }
}
