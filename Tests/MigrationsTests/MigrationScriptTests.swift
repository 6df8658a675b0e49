import SQLSyntax
import Testing

@testable import Migrations

@Suite("Migration files")
struct MigrationScriptTests {
  private func script(_ text: String) throws -> MigrationScript {
    try MigrationScript(bytes: Array(text.utf8), file: "m/1_a.up.sql")
  }

  private func refusal(_ text: String) -> MigrationError? {
    #expect(throws: MigrationError.self) { try script(text) }
  }

  @Test("directives at the head are read, also with CRLF line ends")
  func directives() throws {
    let text = """
      -- A comment of the author.
      -- dbtool: no-transaction
      --dbtool: lock-timeout=2s
      /* another -- dbtool: nonsense */
      -- dbtool: statement-timeout=5min
      -- dbtool: allow=drop-column reason=the column was never used
      -- dbtool: allow=rename reason=x=y
      SELECT 1;
      """
    for text in [text, text.split(separator: "\n").joined(separator: "\r\n")] {
      let directives = try script(text).directives
      #expect(!directives.isTransactional)
      #expect(directives.lockTimeout == "2s")
      #expect(directives.statementTimeout == "5min")
      #expect(directives.allowances.map(\.rule) == ["drop-column", "rename"])
      #expect(directives.allowances.map(\.reason) == ["the column was never used", "x=y"])
      #expect(directives.allowances.map(\.line) == [6, 7])
    }
  }

  @Test(
    "a directive that cannot be understood is refused with its line",
    arguments: [
      "no-transactions", "no-transaction=yes", "lock-timeout", "lock-timeout=2", "lock-timeout=2d",
      "lock-timeout=", "statement-timeout=-1s", "lock-timeout=9999999h",
      "lock-timeout=99999999999999999999ms", "lock-timeout=2s'; DROP TABLE x; --", "allow=x",
      "allow=x reason=", "allow= reason=y", "", "lock-timeout=1s\n-- dbtool: lock-timeout=2s",
    ])
  func badDirective(directive: String) {
    let error = refusal("-- first line\n-- dbtool: \(directive)\nSELECT 1")
    #expect(error?.code == .badDirective)
    #expect(error?.line == (directive.contains("\n") ? 3 : 2))
  }

  @Test("a directive after the first statement is refused, since it would do nothing")
  func lateDirective() {
    let error = refusal("SELECT\n 1;\n\n-- dbtool: no-transaction\nSELECT 2;")
    #expect(error?.code == .badDirective)
    #expect(error?.line == 4)
    #expect(refusal("SELECT 1;\n-- dbtool: no-transaction")?.line == 2)
  }

  @Test("words that look like a directive inside a function are left alone")
  func directiveInsideStatement() throws {
    let text = "DO $$ BEGIN\n-- dbtool: nonsense\nNULL; END $$;"
    #expect(try script(text).statements.count == 1)
  }

  @Test(
    "a file that controls the transaction itself is refused with its place",
    arguments: [
      "BEGIN", "begin work", "START TRANSACTION", "COMMIT", "COMMIT AND CHAIN", "END", "ROLLBACK",
      "ABORT", "PREPARE TRANSACTION 'x'", "/* c */ COMMIT",
    ])
  func transactionControl(sql: String) {
    let error = refusal("CREATE TABLE é (i int); \(sql);")
    #expect(error?.code == .transactionControl)
    #expect(error?.line == 1)
    #expect(error?.column == (sql.hasPrefix("/*") ? 33 : 25))
  }

  @Test(
    "savepoints and words that only look like transaction control are fine",
    arguments: [
      "SAVEPOINT s; ROLLBACK TO SAVEPOINT s; RELEASE SAVEPOINT s", "PREPARE p AS SELECT 1",
      "SELECT 'COMMIT;'", "DO $$ BEGIN NULL; END $$", "CREATE TABLE commit (begin int)",
    ])
  func noTransactionControl(sql: String) throws {
    #expect(try !script(sql).statements.isEmpty)
  }

  @Test("a file without a transaction may use its own")
  func ownTransaction() throws {
    #expect(try script("-- dbtool: no-transaction\nBEGIN; SELECT 1; COMMIT").statements.count == 3)
  }

  @Test(
    "COPY from or to the client is refused",
    arguments: ["COPY t FROM STDIN", "copy t (a) to stdout with csv", "COPY t FROM/**/STDIN"])
  func clientCopy(sql: String) {
    #expect(refusal(sql)?.code == .clientCopy)
  }

  @Test(
    "COPY from or to a file of the server is not",
    arguments: ["COPY t FROM '/tmp/stdin'", "COPY t TO 'stdout'"])
  func serverCopy(sql: String) throws {
    #expect(try script(sql).statements.count == 1)
  }

  @Test(
    "a file that announces another encoding than UTF-8 is refused",
    arguments: [
      "SET client_encoding = 'LATIN1'", "set local client_encoding to win1252", "SET NAMES 'SJIS'",
    ])
  func otherEncoding(sql: String) {
    #expect(refusal("SELECT 1; \(sql)")?.code == .clientEncoding)
  }

  @Test(
    "announcing UTF-8 is fine, as pg_dump does",
    arguments: [
      "SET client_encoding = 'UTF8'", "SET NAMES 'utf-8'", "SET NAMES DEFAULT", "SET x.y = 'names'",
    ])
  func sameEncoding(sql: String) throws {
    #expect(try script(sql).statements.count == 1)
  }

  @Test("a syntax error has line and column, also after tabs and letters of many bytes")
  func syntaxError() {
    let error = refusal("CREATE TABLE t (i int);\n\t\tSELECT 'ж€😀' FROM FROM t;\n")
    #expect(error?.code == .syntax)
    #expect(error?.line == 2)
    #expect(error?.column == 21)
    #expect(error?.place == "m/1_a.up.sql:2:21")
  }

  @Test("commands of psql are refused with a hint")
  func psqlCommand() {
    let error = refusal("SELECT 1;\n\\i other.sql\n")
    #expect(error?.code == .syntax)
    #expect(error?.remedy?.contains("psql") == true)
  }

  @Test("a NUL character is refused")
  func nul() {
    #expect(refusal("SELECT 1;\nSELECT '\0'")?.line == 2)
  }

  @Test("a long statement is shortened in messages")
  func shortened() {
    let text = MigrationError.shortened("SELECT\n\t  " + String(repeating: "x, ", count: 500_000))
    #expect(text.hasPrefix("SELECT x, x,"))
    #expect(text.count == 161)
    #expect(MigrationError.shortened(" a\n b ") == "a b")
  }
}
