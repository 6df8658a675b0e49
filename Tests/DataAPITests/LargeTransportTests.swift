import AWS
import DataAPI
import DataAPIServer
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("What is larger than a request or an answer of the Data API")
struct LargeTransportTests {
  @Test("results beyond the limits of an answer and of a row come in pages")
  func pages() throws {
    try withBoth { libpq, api, _ in
      let sql = "SELECT n, repeat(chr(200 + n % 50), 5000 + n) FROM generate_series(1, 600) AS n"
      let wanted = cells(try libpq.execute(sql))
      #expect(cells(try api.execute(sql, [])) == wanted)
      let row = "SELECT repeat('\"', 300000)"
      #expect(try api.execute(row, []).scalar?.utf8.count == 300_000)
      try api.execute("BEGIN", [])
      #expect(cells(try api.execute(sql, [])) == wanted)
      #expect(api.transactionStatus == .inTransaction)
      try api.execute("COMMIT", [])
    }
  }

  @Test("a statement longer than the API's limit goes as a value, alone and among others")
  func longText() throws {
    try withBoth { libpq, api, _ in
      let values = (1...9_000).map { "(\($0), 'text \($0)')" }.joined(separator: ", ")
      let insert = "INSERT INTO t VALUES \(values)"
      #expect(insert.count > 150_000)
      try api.execute("CREATE TABLE t (a int, b text)", [])
      #expect(try api.pipeline([PipelineStatement(insert)])[0].result?.rowCount == 9_000)
      #expect(try libpq.execute("SELECT count(*) FROM t").scalar == "9000")
      var unneeded = PipelineStatement(insert)
      unneeded.isResultNeeded = false
      let outcomes = try api.pipeline([
        PipelineStatement("BEGIN"), unneeded, PipelineStatement("COMMIT"),
      ])
      #expect(outcomes.allSatisfy { $0.result != nil })
      #expect(try libpq.execute("SELECT count(*) FROM t").scalar == "18000")
      let functions = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'dbtool%'"
      #expect(try libpq.execute(functions).scalar == "0")
    }
  }

  @Test("many rows go in batches as large as a request may be")
  func largeCopy() throws {
    try withBoth { libpq, api, local in
      try libpq.execute("CREATE TABLE t (a int, b text)")
      let text = String(repeating: "\"\"\\\u{1}é", count: 40)
      var number = 0
      let before = local.server.callCount
      let count = try api.copyIn("COPY t FROM STDIN WITH (FORMAT csv)") {
        guard number < 20_000 else { return nil }
        number += 1
        return Array("\(number),\"\(text)\"\n".utf8)
      }
      #expect(count == 20_000)
      #expect(
        try libpq.execute("SELECT count(DISTINCT b) || ' ' || count(*) FROM t").scalar == "1 20000")
      #expect(local.server.callCount - before < 20)
      let row = Array("1,\(String(repeating: "x", count: 3_900_000))\n".utf8)
      var rows = [row, row][...]
      #expect(try api.copyIn("COPY t FROM STDIN WITH (FORMAT csv)") { rows.popFirst() } == 2)
    }
  }

}
