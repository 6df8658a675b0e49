import Postgres
import SQLSyntax
import TestSupport
import Testing

@Suite("Values on their way to the server and back")
struct ValueTests {
  @Test("texts, NULL, numbers and flags arrive as they were sent")
  func parameters() throws {
    try withSessions { connection, _ in
      for text in nastyTexts {
        let row = try connection.execute(
          "SELECT $1::text, octet_length($1), $2::text, $3::int + 1, NOT $4::bool",
          [.text(text), nil, 41, true])
        let cells = try #require(row.rows.first)
        #expect(cells[0].map { Array($0.utf8) } == Array(text.utf8))
        #expect(cells.int(1) == text.utf8.count)
        #expect(cells[2] == nil)
        #expect(cells.int(3) == 42)
        #expect(cells.bool(4) == false)
      }
    }
  }

  @Test("a value with a NUL is refused before it is cut short")
  func nul() throws {
    try withSessions { connection, _ in
      let error = #expect(throws: PostgresError.self) {
        try connection.execute("SELECT $1::text", ["safe\0; DROP TABLE t"])
      }
      #expect(error?.code == .invalidRequest)
      #expect(throws: PostgresError.self) { try connection.execute("SELECT 1\0 garbage") }
      #expect(throws: PostgresError.self) { try LibPQConnection(conninfo: "dbname=a\0b") }
    }
  }

  @Test("an array's elements are what the server put in it")
  func arrays() throws {
    try withSessions { connection, _ in
      let list = nastyTexts.map { Optional($0) } + [nil]
      for count in [0, 1, list.count] {
        for wanted in [Array(list.prefix(count)), Array(list.suffix(count))] {
          let places = wanted.indices.map { "$\($0 + 1)::text" }.joined(separator: ", ")
          let text = try connection.execute(
            "SELECT ARRAY[\(places)]::text[]::text", wanted.map { Parameter($0) }
          ).scalar
          let elements = PostgresArray.elements(of: text ?? "")
          #expect(
            elements.map { $0.map { Array($0.utf8) } } == wanted.map { $0.map { Array($0.utf8) } })
        }
      }
    }
  }

  @Test("quoted values mean themselves, whatever standard_conforming_strings says")
  func literals() throws {
    try withSessions { connection, _ in
      for setting in ["on", "off"] {
        try connection.execute("SET standard_conforming_strings = \(setting)")
        for text in nastyTexts {
          let found = try connection.execute("SELECT \(try SQLLiteral.quoted(text))").scalar
          #expect(found.map { Array($0.utf8) } == Array(text.utf8))
        }
      }
    }
  }

  @Test("quoted names mean themselves")
  func identifiers() throws {
    try withSessions { connection, _ in
      for name in nastyTexts where !name.isEmpty && name.utf8.count < 64 {
        for quoted in [try SQLIdentifier.quoted(name), try SQLIdentifier.readable(name)] {
          let result = try connection.execute("SELECT 1 AS \(quoted)")
          #expect(result.columns.first.map { Array($0.name.utf8) } == Array(name.utf8))
        }
      }
    }
  }

  @Test("every key word is readable as a table's and a column's name")
  func keywords() throws {
    try withSessions { connection, _ in
      let words = try connection.execute("SELECT word FROM pg_get_keywords()").rows
        .map { $0.text(0) }
      #expect(words.count > 400)
      var statements = [PipelineStatement("BEGIN")]
      for word in words {
        let name = try SQLIdentifier.readable(word)
        statements += [
          "CREATE TABLE public.\(name) (\(name) int)", "INSERT INTO \(name) (\(name)) VALUES (1)",
          "SELECT \(name), count(*) FROM \(name) WHERE \(name) = 1 GROUP BY \(name)",
          "UPDATE \(name) SET \(name) = 2 WHERE \(name) = 1", "DROP TABLE public.\(name)",
        ].map { PipelineStatement($0) }
      }
      for (statement, outcome) in zip(statements, try connection.pipeline(statements)) {
        if let error = outcome.error { Issue.record("\(statement.sql): \(error)") }
      }
      try connection.execute("ROLLBACK")
    }
  }
}
