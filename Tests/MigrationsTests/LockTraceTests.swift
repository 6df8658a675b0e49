import Postgres
import TestSupport
import Testing

@testable import Migrations

@Suite("Locks that statements take")
struct LockTraceTests {
  /// Traces `sql` on a database with two tables.
  private func trace(_ sql: String) throws -> [[LockTrace.Effect]] {
    try entries(sql).map(\.effects)
  }

  private func entries(_ sql: String) throws -> [LockTrace.Entry] {
    let files = [
      "1_a.up.sql": """
      CREATE TABLE a (id bigint PRIMARY KEY, n int, s varchar(10));
      CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
      INSERT INTO a VALUES (1, 1, 'x'); INSERT INTO b VALUES (1, 1);
      """, "2_b.up.sql": sql,
    ]
    var entries: [LockTrace.Entry] = []
    try Workbench.run(files) { bench in
      try bench.up(to: 1)
      let plan = try MigrationPlan.up(bench.load(), bench.ledger())
      let trace = try LockTrace.run(plan, onCopy: bench.connection, options: Workbench.options)
      entries = trace.entries
    }
    return entries
  }

  private func effect(
    _ table: String, _ lock: LockMode?, rewritten: Bool = false, scanned: Bool = false,
    indexes: [String] = []
  ) -> LockTrace.Effect {
    LockTrace.Effect(
      table: "public." + table, lock: lock, isRewritten: rewritten, rebuiltIndexes: indexes,
      isScanned: scanned)
  }

  @Test("a type that changes rewrites the table and its indexes")
  func rewrite() throws {
    #expect(
      try trace("ALTER TABLE a ALTER n TYPE bigint") == [
        [effect("a", .accessExclusive, rewritten: true, scanned: true, indexes: ["public.a_pkey"])]
      ])
  }

  @Test("a wider varchar, and a column with a constant default, touch no row")
  func metadataOnly() throws {
    #expect(
      try trace("ALTER TABLE a ALTER s TYPE varchar(20)") == [[effect("a", .accessExclusive)]])
    #expect(
      try trace("ALTER TABLE a ADD m int NOT NULL DEFAULT 1") == [[effect("a", .accessExclusive)]])
  }

  @Test("a volatile default rewrites, NOT NULL and CHECK scan, NOT VALID does not")
  func scans() throws {
    #expect(
      try trace("ALTER TABLE a ADD m float DEFAULT random()")[0][0].isRewritten)
    #expect(
      try trace("ALTER TABLE a ALTER n SET NOT NULL")
        == [[effect("a", .accessExclusive, scanned: true)]])
    #expect(
      try trace("ALTER TABLE a ADD CHECK (n > 0)")
        == [[effect("a", .accessExclusive, scanned: true)]])
    #expect(
      try trace("ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0) NOT VALID")
        == [[effect("a", .accessExclusive)]])
  }

  @Test("long work while an earlier statement keeps everybody out of a table is told of")
  func meanwhile() throws {
    let held = try entries("ALTER TABLE a ADD m int; UPDATE b SET a_id = 2; SELECT 1")
    #expect(held.map(\.lockedMeanwhile) == [[], ["public.a"]])
    let rewritten = try entries("ALTER TABLE a ADD m int; ALTER TABLE a ALTER n TYPE bigint")
    #expect(rewritten.map(\.lockedMeanwhile) == [[], ["public.a"]])
    let harmless = try entries(
      "UPDATE b SET a_id = 2; ALTER TABLE a ADD m int; ALTER TABLE b ADD n int")
    #expect(harmless.allSatisfy { $0.lockedMeanwhile.isEmpty })
  }

  @Test("an index keeps writers out, and a foreign key those of both tables")
  func writers() throws {
    #expect(try trace("CREATE INDEX ON a (n)") == [[effect("a", .share, scanned: true)]])
    let effects = try trace("ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a")
    #expect(effects.count == 1)
    #expect(effects[0].map(\.table) == ["public.a", "public.b"])
    #expect(effects[0].allSatisfy { $0.lock == .shareRowExclusive })
  }

  @Test("a lock that is held already is not told again, and new tables concern nobody")
  func onlyNew() throws {
    #expect(
      try trace(
        """
        ALTER TABLE a ADD m int; ALTER TABLE a ADD o int; CREATE TABLE c (i int);
        CREATE INDEX ON c (i); ALTER TABLE c ALTER i TYPE bigint; SELECT 1
        """) == [[effect("a", .accessExclusive)]])
  }

  @Test("a statement that fails on the copy is an error at its place")
  func failing() throws {
    let error = #expect(throws: MigrationError.self) {
      try trace("SELECT 1;\nALTER TABLE nowhere ADD m int")
    }
    #expect(error?.line == 2)
  }
}
