import SQLSyntax
import Testing

// What PostgreSQL itself makes of these texts is tested with the connection.
@Suite("Names and values as SQL text")
struct QuotingTests {
  @Test(
    "a name is bare only when it is a plain word that is no key word",
    arguments: [
      ("rooms", "rooms"), ("_x1", "_x1"), ("Rooms", #""Rooms""#), ("1st", #""1st""#),
      ("two words", #""two words""#), ("order", #""order""#), ("user", #""user""#),
      (#"a"b"#, #""a""b""#), (#"""#, #""""""#), ("", #""""#), ("é", #""é""#),
      (#"x"; DROP TABLE t; --"#, #""x""; DROP TABLE t; --""#), ("a$b", #""a$b""#),
    ])
  func names(name: String, expected: String) throws {
    #expect(try SQLIdentifier.readable(name) == expected)
  }

  @Test("a quote that carries a combining mark is doubled as well")
  func combiningMarks() throws {
    for mark in ["\u{301}", "\u{200D}", "\u{FE0F}", "\u{20DD}"] {
      #expect(
        Array(try SQLIdentifier.quoted("a\"\(mark)b").unicodeScalars)
          == Array("\"a\"\"\(mark)b\"".unicodeScalars))
      #expect(
        Array(try SQLLiteral.quoted("a'\(mark)b").unicodeScalars)
          == Array("'a''\(mark)b'".unicodeScalars))
      #expect(
        Array(try SQLLiteral.quoted("a\\\(mark)'").unicodeScalars)
          == Array("E'a\\\\\(mark)'''".unicodeScalars))
    }
  }

  @Test(
    "values are quoted whatever they hold",
    arguments: [
      ("", "''"), ("a", "'a'"), ("it's", "'it''s'"), ("a\nb", "'a\nb'"), (#"a\b"#, #"E'a\\b'"#),
      (#"\'"#, #"E'\\'''"#), ("🏨", "'🏨'"),
    ])
  func values(value: String, expected: String) throws {
    #expect(try SQLLiteral.quoted(value) == expected)
  }

  @Test("a NUL is refused, and no value is NULL")
  func nul() throws {
    #expect(throws: SyntaxError.self) { try SQLIdentifier.quoted("a\0b") }
    #expect(throws: SyntaxError.self) { try SQLIdentifier.readable("a\0b") }
    #expect(throws: SyntaxError.self) { try SQLLiteral.quoted("a\0b") }
    #expect(try SQLLiteral.quoted(nil as String?) == "NULL")
  }
}
