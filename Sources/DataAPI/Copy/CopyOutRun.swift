internal import Postgres

/// Reads what a query gives page by page, through a cursor, and gives it as records of CSV.
///
/// The server makes a text of each row, since the Data API does not know every type. How many rows
/// fit into an answer (1 MiB) is found out on the way.
struct CopyOutRun {
  /// Bytes that a page is meant to have.
  private static let pageSize = 600_000

  let connection: DataAPIConnection
  let query: String

  private static let cursor = "dbtool_copy_out"

  /// - Returns: The number of rows.
  /// - Throws: `PostgresError`, and whatever `onRecord` throws.
  func run(_ onRecord: ([UInt8]) throws -> Void) throws -> Int {
    // SCROLL, since after an answer that was too large the cursor must go back.
    try connection.execute(
      """
      DECLARE \(Self.cursor) SCROLL CURSOR FOR
      SELECT (dbtool_row.*)::text FROM (\(query)
      ) AS dbtool_row
      """, [])
    var position = 0
    var count = 100
    while true {
      let page = try page(of: &count, from: position)
      var size = 0
      for text in page {
        size += text.utf8.count
        try onRecord(CSVText.record(of: CompositeText.fields(of: text)))
      }
      position += page.count
      guard page.count == count else { break }
      let fitting = Self.pageSize / max(1, size / page.count)
      count = max(1, min(fitting, count * 4, 10_000))
    }
    try connection.execute("CLOSE \(Self.cursor)", [])
    return position
  }

  /// The next rows as texts, `count` of them or as many as fit.
  private func page(of count: inout Int, from position: Int) throws -> [String] {
    while true {
      try connection.execute("SAVEPOINT dbtool_page", [])
      do {
        let result = try connection.execute("FETCH \(count) FROM \(Self.cursor)", [])
        try connection.execute("RELEASE SAVEPOINT dbtool_page", [])
        return result.rows.map { $0.text(0) }
      } catch let error as PostgresError where Self.isTooLarge(error) {
        guard count > 1 else {
          throw PostgresError(
            .invalidRequest,
            "row \(position + 1) is larger than the Data API gives; use a postgres:// URL")
        }
        try connection.execute("ROLLBACK TO SAVEPOINT dbtool_page", [])
        try connection.execute("MOVE ABSOLUTE \(position) FROM \(Self.cursor)", [])
        count = max(1, count / 4)
      }
    }
  }

  private static func isTooLarge(_ error: PostgresError) -> Bool {
    error.message.contains("response size limit")
      || error.message.contains("Packet for query is too large")
  }
}
