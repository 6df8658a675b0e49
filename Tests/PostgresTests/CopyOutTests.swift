import Postgres
import TestSupport
import Testing

@Suite("Copying rows out")
struct CopyOutTests {
  private struct Interruption: Error {}

  @Test("records arrive whole, one at a time")
  func records() throws {
    try withDatabase { connection in
      var records: [String] = []
      let count = try connection.copyOut(
        "VALUES (1, E'a\\nb', NULL), (2, '', 'x,\"y') -- a comment"
      ) { records.append(String(decoding: $0, as: UTF8.self)) }
      #expect(count == 2 && records == ["1,\"a\nb\",\n", "2,\"\",\"x,\"\"y\"\n"])
      let next = try connection.execute("SELECT 1").scalar
      #expect(next == "1")
    }
  }

  @Test("a receiver that throws ends the copy, and the session goes on")
  func throwing() throws {
    try withDatabase { connection in
      var count = 0
      #expect(throws: Interruption.self) {
        try connection.copyOut("SELECT generate_series(1, 10000000)") { _ in
          count += 1
          if count == 3 { throw Interruption() }
        }
      }
      #expect(count == 3)
      let next = try connection.execute("SELECT 1").scalar
      #expect(next == "1")
    }
  }

  @Test("an error at the beginning or in the middle is the server's")
  func errors() throws {
    try withDatabase { connection in
      let missing = #expect(throws: PostgresError.self) {
        try connection.copyOut("SELECT * FROM nowhere") { _ in }
      }
      #expect(missing?.sqlState == .undefinedTable)
      var count = 0
      let broken = #expect(throws: PostgresError.self) {
        try connection.copyOut("SELECT 1 / (5 - i) FROM generate_series(1, 9) i") { _ in count += 1
        }
      }
      #expect(broken?.sqlState == "22012" && count == 4)
      #expect(throws: PostgresError.self) {
        try connection.copyOut("SELECT 1) TO STDOUT; --") { _ in }
      }
      let next = try connection.execute("SELECT 1").scalar
      #expect(next == "1")
    }
  }
}
