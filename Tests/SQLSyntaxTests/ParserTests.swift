import Dispatch
import Foundation
import SQLSyntax
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("What would be too much for the parser")
struct ParserTests {
  @Test(
    "a tree of very many levels is written, which overflows a usual stack",
    arguments: [
      ("SELECT 1", "+1"), ("SELECT 'a'", " || f(1, 2)"), ("SELECT 1", "::int"),
      ("SELECT 'a'", #" COLLATE "C""#), ("SELECT true", " IS NULL"), ("SELECT a", "[1]"),
      ("SELECT 1", " + CASE WHEN a AND b THEN 1 END"), ("SELECT 1, 1", " UNION SELECT 1, 1"),
      ("SELECT 1 FROM a", " CROSS JOIN a"), ("DELETE FROM t WHERE a = 1", " OR (a = 2 AND b)"),
    ])
  func deep(start: String, link: String) throws {
    let source = start + String(repeating: link, count: 200_000)
    #expect(try StatementSplitter.split(source + "; SELECT 2").map(\.text) == [source, "SELECT 2"])
    #expect([.select, .delete].contains(StatementKind(parsing: source)))
  }

  @Test(
    "comments that begin in one run of signs by the thousand are refused at once",
    arguments: [
      String(repeating: "/*", count: 100_000) + String(repeating: "*/", count: 100_000),
      "SELECT 1 " + String(repeating: "/**/", count: 100_000),
      "SELECT '" + String(repeating: "/*+", count: 100_000) + "'",
    ])
  func comments(source: String) {
    let error = #expect(throws: SyntaxError.self) { try StatementSplitter.split(source) }
    #expect(error?.message.contains("comments begin") == true)
    #expect(
      error?.utf8Offset == source.utf8.firstIndex(of: UInt8(ascii: "/"))?.utf16Offset(in: source))
    #expect(SQLRegions.closed(in: source).comments.isEmpty)
  }

  @Test("the shape of a large statement costs little more than its parsing")
  func large() throws {
    let rows = (0..<20_000).map { "(\($0), 'a text')" }.joined(separator: ", ")
    let source = "SELECT * FROM (VALUES \(rows)) v"
    func quickest(_ body: () -> Void) throws -> Duration {
      try #require((0..<3).map { _ in ContinuousClock().measure(body) }.min())
    }
    let parsing = try quickest { #expect(StatementKind(parsing: source) == .select) }
    let shape = try quickest { #expect(StatementShape(parsing: source).isQuery) }
    // Searches by characters took fifteen times as long as the parser.
    #expect(shape < parsing * 3, "\(shape), \(parsing)")
  }

  @Test("rulers of comments, nested ones and many after each other are read")
  func rulers() throws {
    let ruler = "/" + String(repeating: "*", count: 50_000) + "/"
    let nested = String(repeating: "/* ", count: 100_000) + String(repeating: "*/ ", count: 100_000)
    let many = String(repeating: "/*a*/ ", count: 100_000)
    #expect(try StatementSplitter.split(ruler + nested + many + "SELECT 1").count == 1)
  }

  @Test("more threads may parse than the process has keys of thread-local values, which TLS needs")
  func manyThreads() {
    let isDone = DispatchSemaphore(value: 0)
    for _ in 0..<1_100 {
      let thread = Thread {
        #expect(StatementKind(parsing: "SELECT 1") == .select)
        isDone.signal()
      }
      thread.start()
      isDone.wait()
    }
    var key = pthread_key_t()
    #expect(pthread_key_create(&key, nil) == 0)
    pthread_key_delete(key)
  }
}
