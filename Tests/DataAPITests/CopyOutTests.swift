import DataAPI
import Postgres
import TestSupport
import Testing

@Suite("Copying rows out over the Data API")
struct CopyOutTests {
  private func both(
    _ query: String, _ check: ([String]) -> Void, readOnly: Bool = false
  ) throws {
    try TestServer.shared.withDatabase { libpq, database in
      let local = try LocalDataAPI(database)
      let api = try local.connect()
      defer {
        api.close()
        // It runs for as long as somebody knows it.
        withExtendedLifetime(local) {}
      }
      var wanted: [String] = []
      var found: [String] = []
      let count = try libpq.copyOut(query) { wanted.append(String(decoding: $0, as: UTF8.self)) }
      if readOnly { try api.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", []) }
      let other = try api.copyOut(query) { found.append(String(decoding: $0, as: UTF8.self)) }
      if readOnly { try api.execute("COMMIT", []) }
      #expect(count == other)
      let isSame = wanted == found
      #expect(isSame, "\(zip(wanted, found).first { $0 != $1 } ?? ("", ""))")
      check(found)
    }
  }

  @Test("values of every type come as COPY writes them")
  func values() throws {
    try both(
      """
      SELECT true, NULL::text, ''::text, 'a,"b"\\\\' AS "a b", E'two\\nlines', ' x', '\\.', 1.50::numeric,
        '\\x00ff'::bytea, ARRAY['a', NULL, 'b,c'], '{"a": 1}'::jsonb, int4range(1, 5),
        ROW(1, 'x y'), '10.0.0.1'::inet, E'tab\\t', 'é€'
      """,
      { #expect($0.count == 1) })
  }

  @Test("more rows than an answer takes come in pages, in a transaction that only reads too")
  func pages() throws {
    try both(
      """
      SELECT i, repeat(chr(65 + i % 26), CASE WHEN i < 300 THEN 3 ELSE 30000 END)
      FROM generate_series(1, 500) i
      """, { #expect($0.count == 500) }, readOnly: true)
  }

  @Test("a row that no answer takes is an error that says so")
  func largeRow() throws {
    try TestServer.shared.withDatabase { _, database in
      let local = try LocalDataAPI(database)
      let api = try local.connect()
      defer {
        api.close()
        // It runs for as long as somebody knows it.
        withExtendedLifetime(local) {}
      }
      try api.execute("BEGIN READ ONLY", [])
      let error = #expect(throws: PostgresError.self) {
        try api.copyOut("SELECT repeat('x', 3000000)") { _ in }
      }
      #expect(error?.message.contains("row 1 is larger") == true, "\(String(describing: error))")
      try api.execute("ROLLBACK", [])
    }
  }
}
