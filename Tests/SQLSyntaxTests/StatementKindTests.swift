import SQLSyntax
import Testing

@Suite("Kinds of statements")
struct StatementKindTests {
  @Test(
    "the kind of a statement",
    arguments: [
      (
        StatementKind.select,
        [
          "SELECT 1", "VALUES (1)", "TABLE t", "WITH a AS (SELECT 1) SELECT * FROM a",
          "(SELECT 1) UNION SELECT 2", "SELECT 1 INTO t", "SELECT '\"stmt\":{\"InsertStmt\":'",
          "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "/* INSERT */ SELECT 1",
        ]
      ),
      (
        .insert,
        [
          "INSERT INTO t VALUES (1)", "INSERT INTO t DEFAULT VALUES",
          "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
          "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
        ]
      ),
      (.update, ["UPDATE t SET a = 1", "WITH a AS (SELECT 1) UPDATE t SET a = 1 FROM a"]),
      (.delete, ["DELETE FROM t", "DELETE FROM t USING u WHERE t.i = u.i RETURNING *"]),
      (.merge, ["MERGE INTO t USING u ON t.i = u.i WHEN MATCHED THEN DELETE"]),
      (.copy, ["COPY t FROM STDIN", "COPY (SELECT 1) TO STDOUT", "COPY t TO '/tmp/x'"]),
      (.begin, ["BEGIN", "START TRANSACTION", "BEGIN ISOLATION LEVEL SERIALIZABLE"]),
      (.commit, ["COMMIT", "END", "COMMIT AND CHAIN", "PREPARE TRANSACTION 'a'"]),
      (.rollback, ["ROLLBACK", "ABORT", "ROLLBACK AND CHAIN"]),
      (
        .ddl,
        [
          "CREATE TABLE t (i int)", "CREATE TABLE t AS SELECT 1", "CREATE VIEW v AS SELECT 1",
          "CREATE MATERIALIZED VIEW v AS SELECT 1", "REFRESH MATERIALIZED VIEW v",
          "CREATE INDEX CONCURRENTLY ON t (i)", "ALTER TABLE t ADD c int", "DROP TABLE t",
          "CREATE POLICY p ON t USING (true)", "ALTER POLICY p ON t USING (true)",
          "DROP POLICY p ON t", "GRANT SELECT ON t TO a", "REVOKE SELECT ON t FROM a",
          "GRANT a TO b", "CREATE ROLE a", "ALTER ROLE a BYPASSRLS", "CREATE EXTENSION citext",
          "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "COMMENT ON TABLE t IS ''",
          "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
          "CREATE TYPE e AS ENUM ('a')", "CREATE DOMAIN d AS text", "CREATE SEQUENCE s",
          "CREATE SCHEMA s", "TRUNCATE t", "REINDEX TABLE t", "ALTER TABLE t RENAME TO u",
          "SECURITY LABEL ON TABLE t IS ''", "REASSIGN OWNED BY a TO b", "CREATE DATABASE d",
        ]
      ),
      (
        .other,
        [
          "SET a.b = 'c'", "SET LOCAL ROLE a", "RESET ALL", "SHOW all", "SAVEPOINT a",
          "RELEASE SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "EXPLAIN DELETE FROM t", "DO $$ $$",
          "CALL p()", "LOCK TABLE t", "VACUUM t", "ANALYZE", "NOTIFY a", "LISTEN a", "DISCARD ALL",
          "PREPARE a AS SELECT 1", "EXECUTE a", "DEALLOCATE a", "FETCH 1 FROM c", "CLOSE c",
          "DECLARE c CURSOR FOR SELECT 1", "SET CONSTRAINTS ALL DEFERRED", "CHECKPOINT",
          "COMMIT PREPARED 'a'", "ROLLBACK PREPARED 'a'", "SELEC 1", "", "-- nothing", ";",
        ]
      ),
    ])
  func kinds(kind: StatementKind, statements: [String]) {
    for statement in statements {
      #expect(StatementKind(parsing: statement) == kind, "\(statement)")
    }
  }

  @Test(
    "statements that refuse a transaction block",
    arguments: [
      "VACUUM", "CREATE DATABASE d", "DROP DATABASE d", "CREATE INDEX CONCURRENTLY ON t (i)",
      "DROP INDEX CONCURRENTLY i", "REINDEX INDEX CONCURRENTLY i", "REINDEX SCHEMA public",
      "ALTER SYSTEM SET a = 'b'", "CLUSTER", "DISCARD ALL",
      "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
    ])
  func refusing(statement: String) {
    #expect(StatementTraits(parsing: statement).refusesTransactionBlock)
  }

  @Test(
    "statements that do not, though they look like it",
    arguments: [
      "ANALYZE t", "CREATE INDEX ON t (i)", "DROP INDEX i", "REINDEX TABLE t", "CLUSTER t",
      "DISCARD TEMP", "SELECT '\"concurrent\":true'",
      "CREATE INDEX ON t (i) WHERE a = '\"concurrent\":true'", "ALTER TABLE t DETACH PARTITION p",
    ])
  func accepting(statement: String) {
    #expect(!StatementTraits(parsing: statement).refusesTransactionBlock)
  }

  @Test("statements that change the role")
  func role() {
    for statement in ["SET ROLE a", "RESET ROLE", "SET SESSION AUTHORIZATION a", "RESET ALL"] {
      #expect(StatementTraits(parsing: statement).changesRole, "\(statement)")
    }
    #expect(!StatementTraits(parsing: "SET search_path = role").changesRole)
  }
}
