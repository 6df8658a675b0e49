import DatabaseInstrumentation
import Postgres
import Seeding
import TestSupport
import Testing

/// The same numbers everywhere.
private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 32) | (state << 32)
  }
}

@Suite("Rows as dbtool reads them and as PostgreSQL does")
struct RowReadingTests {
  /// The rows that a file loads, or nil when it is refused.
  private static func rows(_ hotel: Hotel, _ name: String, _ text: String) throws -> [String]? {
    try hotel.admin.execute("TRUNCATE lines")
    try hotel.folder.write(name, text)
    do {
      try hotel.folder.run(hotel.client, tenants: [tenantA])
    } catch {
      return nil
    }
    return try hotel.column(
      """
      SELECT concat(coalesce(quote_literal(a), 'NULL'), ' ', coalesce(quote_literal(b), 'NULL'))
      FROM lines WHERE a IS DISTINCT FROM 'last' ORDER BY ctid
      """)
  }

  @Test(
    "files of random marks are read alike, or refused by both",
    arguments: [
      (
        "1_lines.csv", ["a", "é", ",", ",", "\"", "\"", "\"\"", "\n", "\n", " "],
        "last,${tenant_id}"
      ),
      ("1_lines.csv", ["a", ",", "\"", "\r\n", "\r\n", "\"\r", "\"\n", ","], "last,${tenant_id}"),
      (
        "1_lines.tsv",
        ["a", "é", "\t", "\t", "\\", "\\N", "\\n", "\n", "\n", "\\x4", "\\12"],
        "last\t${tenant_id}"
      ),
    ])
  func alike(name: String, marks: [String], last: String) throws {
    try Hotel.with { hotel in
      try hotel.admin.execute("CREATE TABLE lines (a text, b text)")
      try hotel.admin.execute("GRANT INSERT, SELECT ON lines TO app_user")
      var numbers = Numbers(state: 7)
      let end = marks.contains("\r\n") ? "\r\n" : "\n"
      let separator = name.hasSuffix("csv") ? "," : "\t"
      var good = 0
      for _ in 1...300 {
        var body = ""
        for _ in 1...Int.random(in: 1...2, using: &numbers) {
          let cells = (0..<2).map { _ in
            (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
              marks.randomElement(using: &numbers) ?? ""
            }.joined()
          }
          body += cells.joined(separator: separator) + end
        }
        let head = "a\(separator)b" + end
        let text = head + body
        // Without the tenant's id the server reads the file, with it dbtool does.
        let theirs = try Self.rows(hotel, name, text)
        let ours = try Self.rows(hotel, name, head + last + end + body)
        #expect(theirs == ours, "\(text.debugDescription)")
        good += theirs == nil ? 0 : 1
      }
      #expect(good > 10)
    }
  }
}
