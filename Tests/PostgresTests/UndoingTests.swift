import Postgres
import TestSupport
import Testing

@Suite("Work that is undone")
struct UndoingTests {
  @Test("what the body did is undone, settings too, one inside another, and after an error")
  func undoing() throws {
    try withSessions { connection, _ in
      try connection.execute("BEGIN")
      try connection.execute("CREATE TEMP TABLE t (i int)")
      func count() throws -> String? {
        try connection.execute("SELECT count(*) FROM t").scalar
      }
      let seen = try connection.undoing {
        try connection.execute("INSERT INTO t VALUES (1)")
        try connection.execute("SET LOCAL work_mem = '123kB'")
        let inner = try connection.undoing {
          try connection.execute("INSERT INTO t VALUES (2)")
          return try count()
        }
        #expect(inner == "2")
        return try count()
      }
      #expect(seen == "1")
      #expect(try count() == "0")
      #expect(try connection.execute("SHOW work_mem").scalar != "123kB")
      #expect(throws: PostgresError.self) {
        try connection.undoing { try connection.execute("SELECT 1 / 0") }
      }
      #expect(connection.transactionStatus == .inTransaction)
      #expect(try count() == "0")
    }
  }

  @Test("each question is answered by itself, whatever the others do", arguments: [true, false])
  func questions(isInTransaction: Bool) throws {
    try withSessions { connection, _ in
      if isInTransaction { try connection.execute("BEGIN") }
      let outcomes = try connection.ask(
        ["SELECT 1", "SELECT 1 / 0", "SELECT 2"].map { PipelineStatement($0) })
      #expect(outcomes.map { $0.result?.scalar } == ["1", nil, "2"])
      #expect(outcomes[1].error?.sqlState == "22012")
      #expect(connection.transactionStatus == (isInTransaction ? .inTransaction : .idle))
    }
  }

  @Test("questions find what the prelude set, and nothing after them does")
  func prelude() throws {
    try withSessions { connection, _ in
      try connection.execute("BEGIN")
      let role = PipelineStatement("SELECT set_config('app.who', $1, true)", [.text("B")])
      let asked = PipelineStatement("SELECT current_setting('app.who', true)")
      let answers = try connection.ask([asked, asked], after: [role])
      #expect(answers.map { $0.result?.scalar } == ["B", "B"])
      #expect(try connection.execute(asked.sql, []).scalar != "B")
      let refused = try connection.ask([asked], after: [PipelineStatement("SELECT 1 / 0")])
      #expect(refused[0].result == nil)
      #expect(connection.transactionStatus == .inTransaction)
    }
  }

  @Test("the elements of an array come back as they went")
  func arrays() throws {
    try withSessions { connection, _ in
      // To Swift a quote with an accent on it is one character, and no quote.
      for text in nastyTexts + ["a\"\u{301}, b", "\\\u{301}"] {
        let sent = PostgresArray.text(of: [text, "x"])
        let row = try connection.execute("SELECT ($1::text[])[1], $1::text[]::text", [.text(sent)])
        let cells = try #require(row.rows.first)
        #expect(cells[0].map { Array($0.utf8) } == Array(text.utf8))
        let back = PostgresArray.elements(of: cells[1] ?? "")
        #expect(back.first??.utf8.elementsEqual(text.utf8) == true)
      }
    }
  }

  @Test(
    "an option of a view is on in every spelling that PostgreSQL takes",
    arguments: ["true", "TRUE", "on", "1", "yes", "t", "y"], ["false", "off", "0", "no", "f"])
  func options(on: String, off: String) throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE VIEW a WITH (security_invoker = \(on)) AS SELECT 1")
      try connection.execute("CREATE VIEW b WITH (security_invoker = \(off)) AS SELECT 1")
      try connection.execute("CREATE VIEW c AS SELECT 1")
      let views = try CatalogReader.read(from: connection).sortedRelations
      #expect(views.map { $0.isOn("security_invoker") } == [true, false, false])
      #expect(!views.contains { $0.isOn("security") })
    }
  }
}
