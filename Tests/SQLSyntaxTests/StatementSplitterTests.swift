import SQLSyntax
import Testing

@Suite("Cutting text into statements")
struct StatementSplitterTests {
  @Test(
    "what looks like the end of a statement and is none",
    arguments: [
      ("SELECT ';'; SELECT 2", ["SELECT ';'", "SELECT 2"]),
      ("SELECT 'it''s;' ; SELECT 2", ["SELECT 'it''s;'", "SELECT 2"]),
      (#"SELECT E'\';'; SELECT 2"#, [#"SELECT E'\';'"#, "SELECT 2"]),
      (#"SELECT ";" FROM t; SELECT 2"#, [#"SELECT ";" FROM t"#, "SELECT 2"]),
      ("SELECT $$;$$; SELECT 2", ["SELECT $$;$$", "SELECT 2"]),
      ("SELECT $a$ $b$;$b$ $$ $a$; SELECT 2", ["SELECT $a$ $b$;$b$ $$ $a$", "SELECT 2"]),
      ("SELECT 1 /* ; /* ; */ ; */ + 1; SELECT 2", ["SELECT 1 /* ; /* ; */ ; */ + 1", "SELECT 2"]),
      ("SELECT 1 -- ; no\n + 1; SELECT 2", ["SELECT 1 -- ; no\n + 1", "SELECT 2"]),
      ("SELECT U&'d;\\0061'; SELECT 2", ["SELECT U&'d;\\0061'", "SELECT 2"]),
    ])
  func noEnd(source: String, expected: [String]) throws {
    #expect(try StatementSplitter.split(source).map(\.text) == expected)
  }

  @Test("BEGIN ATOMIC bodies are one statement each, even with CASE … END in them")
  func atomic() throws {
    let source = """
      CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC
        SELECT CASE WHEN a > 0 THEN 1 ELSE 2 END; SELECT 2; END;
      CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); DELETE FROM t; END; SELECT 1
      """
    let statements = try StatementSplitter.split(source)
    #expect(statements.map(\.location.line) == [1, 3, 3])
    #expect(statements[0].text.hasSuffix("END"))
  }

  @Test(
    "text without a statement has none",
    arguments: ["", " \n\t", ";", ";;; ;", "-- only\n", "/* only */", "/* a */ ; -- b"])
  func empty(source: String) throws {
    #expect(try StatementSplitter.split(source).isEmpty)
  }

  @Test("comments before a statement are not part of it, those after the last one do no harm")
  func comments() throws {
    let source = "-- first\n/* and */ SELECT 1; -- behind\n;;\n-- second\nSELECT 2 -- last\n"
    let statements = try StatementSplitter.split(source)
    #expect(statements.count == 2)
    #expect(statements[0].text == "SELECT 1")
    #expect(statements[1].text.hasPrefix("SELECT 2"))
    #expect(statements.map(\.location) == [.init(line: 2, column: 11), .init(line: 5, column: 1)])
  }

  @Test("offsets count bytes, lines and columns count what an editor shows")
  func places() throws {
    let source = "SELECT 'ä🏨';  SELECT 'é', 2;\r\n  SELECT 3;\n\nSELECT \"Ünï\" FROM t"
    let statements = try StatementSplitter.split(source)
    let bytes = Array(source.utf8)
    for statement in statements {
      let tail = String(decoding: bytes[statement.utf8Offset...], as: UTF8.self)
      #expect(tail.hasPrefix(statement.text))
      #expect(statement.location == SourceLocation(utf8Offset: statement.utf8Offset, in: source))
    }
    #expect(statements.map(\.location.description) == ["1:1", "1:15", "2:3", "4:1"])
  }

  @Test(
    "a syntax error names its place",
    arguments: [
      ("SELECT 1; SELEC 2", 10), ("SELECT 'ä'; SELECT 1 FROM WHERE x", 27),
      ("-- é\nCREATE TABLE t (a int,)", 28), ("SELECT 1 +", 10), ("ä", 0),
    ])
  func syntaxError(source: String, offset: Int) {
    let error = #expect(throws: SyntaxError.self) { try StatementSplitter.split(source) }
    #expect(error?.message.hasPrefix("syntax error at") == true)
    #expect(
      (error?.utf8Offset).map { min($0, source.utf8.count) } == min(offset, source.utf8.count))
  }

  @Test(
    "an unfinished quote or comment is a syntax error",
    arguments: ["SELECT 'a", "SELECT \"a", "SELECT $$ a", "/* a", "SELECT E'\\'", "SELECT $a$ $$"])
  func unfinished(source: String) {
    #expect(throws: SyntaxError.self) { try StatementSplitter.split(source) }
  }

  @Test("a NUL is refused at its place, not taken for the end")
  func nul() {
    let error = #expect(throws: SyntaxError.self) {
      try StatementSplitter.split("SELECT 1; \0 DROP TABLE t")
    }
    #expect(error?.utf8Offset == 10)
  }

  @Test("a text of 5,000 statements keeps every place")
  func many() throws {
    let source = (1...5_000).map { "SELECT \($0) AS é;" }.joined(separator: "\n")
    let statements = try StatementSplitter.split(source)
    #expect(statements.count == 5_000)
    #expect(statements.map(\.location.line) == Array(1...5_000))
  }
}
