import Testing

@testable import SQLSyntax

@Suite("Statements that cannot share a transaction")
struct LoneStatementTests {
  @Test(
    "what each is about is read from the tree",
    arguments: [
      (
        "create unique index concurrently if not exists i on \"S\".t (lower(a))",
        .createIndex(.init(schema: "S", name: "i"), on: .init(schema: "S", name: "t"))
      ),
      ("CREATE INDEX CONCURRENTLY ON t (a)", .createIndex(nil, on: .init(name: "t"))),
      ("DROP INDEX CONCURRENTLY IF EXISTS s.\"I i\"", .dropIndex(.init(schema: "s", name: "I i"))),
      ("REINDEX INDEX CONCURRENTLY s.i", .reindex(.index(.init(schema: "s", name: "i")))),
      ("REINDEX (VERBOSE, CONCURRENTLY) TABLE t", .reindex(.table(.init(name: "t")))),
      ("REINDEX SCHEMA s", .reindex(.many)),
      (
        "ALTER TABLE s.t DETACH PARTITION p CONCURRENTLY",
        .detachPartition(.init(name: "p"), from: .init(schema: "s", name: "t"))
      ),
      ("CREATE DATABASE \"d d\"", .createDatabase("d d")), ("DROP DATABASE d", .dropDatabase("d")),
      ("CREATE TABLESPACE s LOCATION '/x'", .createTablespace("s")),
      ("DROP TABLESPACE s", .dropTablespace("s")), ("VACUUM t", .repeatable),
      ("ALTER SYSTEM SET a = 1", .repeatable), ("DISCARD ALL", .repeatable),
      ("CALL p()", .procedure), ("DO 'BEGIN COMMIT; END'", .procedure),
    ] as [(String, LoneStatement)])
  func alone(sql: String, expected: LoneStatement) {
    #expect(LoneStatement(parsing: sql) == expected)
  }

  @Test(
    "others can",
    arguments: [
      "CREATE INDEX i ON t (a)", "ALTER TABLE t ADD COLUMN concurrently int", "SELECT 1",
      "CREATE TABLE system (database text)", "CREATE SCHEMA s", "REINDEX TABLE t", "nonsense",
      "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "CREATE FUNCTION database() RETURNS int RETURN 1",
    ])
  func together(sql: String) {
    #expect(LoneStatement(parsing: sql) == nil)
  }
}
