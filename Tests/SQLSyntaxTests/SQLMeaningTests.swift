import Testing

@testable import SQLSyntax

@Suite("Texts that mean the same")
struct SQLMeaningTests {
  private static let sql = "CREATE TABLE t (a int, b text DEFAULT 'X  y'); SELECT 1"

  @Test(
    "comments, white space, line ends and the case of bare words do not count",
    arguments: [
      "-- a licence\n/* of /* two */ parts */\nCREATE TABLE t (a int, b text DEFAULT 'X  y'); SELECT 1",
      "create table T (\r\n  A INT,\r\n  b text default 'X  y'\r\n);\r\nselect 1",
      "CREATE TABLE t(a int,b text DEFAULT 'X  y');SELECT 1 -- end",
    ])
  func same(other: String) {
    #expect(SQLMeaning.isEqual(Self.sql, other))
  }

  @Test(
    "everything else does",
    arguments: [
      "CREATE TABLE t (a int, b text DEFAULT 'X y'); SELECT 1",
      "CREATE TABLE t (a int, b text DEFAULT 'x  y'); SELECT 1",
      "CREATE TABLE \"T\" (a int, b text DEFAULT 'X  y'); SELECT 1",
      "CREATE TABLE t (a int, b text DEFAULT 'X  y'); SELECT 2",
      "CREATE TABLE t (a int, b text DEFAULT 'X  y')", "", "CREATE TABLE t ('",
    ])
  func other(other: String) {
    #expect(!SQLMeaning.isEqual(Self.sql, other))
  }

  @Test("letters that Swift takes for the same, or for the other case, are others to PostgreSQL")
  func letters() {
    #expect(!SQLMeaning.isEqual("SELECT '\u{E9}'", "SELECT 'e\u{301}'"))
    #expect(!SQLMeaning.isEqual("SELECT \u{E9}", "SELECT e\u{301}"))
    #expect(!SQLMeaning.isEqual("SELECT \u{C9}", "SELECT \u{E9}"))
    #expect(SQLMeaning.isEqual("SELECT A\u{E9}", "select a\u{E9}"))
  }

  @Test("trees are equal when PostgreSQL sees the same bytes in them")
  func trees() throws {
    let tree = try SyntaxTree.expression("a = '\u{E9}'").withoutLocations
    #expect(try tree == SyntaxTree.expression("a   = '\u{E9}'").withoutLocations)
    #expect(try tree != SyntaxTree.expression("a = 'e\u{301}'").withoutLocations)
  }

  @Test(
    "a comment may begin with an accent, which Swift takes for a part of the sign before it",
    arguments: ["--\u{301} ${a} $1\n", "/*\u{301} ${a} $1 */"])
  func accents(comment: String) throws {
    #expect(SQLMeaning.isEqual("SELECT 1 \(comment)", "SELECT 1"))
    #expect(SQLRegions.closed(in: comment + "SELECT 1").comments.count == 1)
    #expect(try NumberedPlaceholders(parsing: comment + "SELECT 1").places.isEmpty)
    #expect(SQLRegions.closed(in: "SELECT $\u{301}$ ${a} $\u{301}$").bodies.count == 1)
  }

  @Test("a comment inside a string or a function's body is a part of it")
  func bodies() {
    #expect(!SQLMeaning.isEqual("SELECT '-- a'", "SELECT '-- b'"))
    #expect(!SQLMeaning.isEqual("DO $$BEGIN -- a\nEND$$", "DO $$BEGIN -- b\nEND$$"))
    #expect(!SQLMeaning.isEqual("SELECT E'\\n'", "SELECT e'\\N'"))
  }
}
