internal import AWS
internal import Postgres
internal import SQLSyntax

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Sends the rows of a `COPY … FROM STDIN` as INSERT statements of the largest size that the Data API
/// takes, inside the open transaction.
struct CopyRun {
  /// Bytes that the rows of a batch have in the request at most: a little less than its 4 MiB.
  private static let largestBatch = 4_000_000

  let connection: DataAPIConnection
  let copy: CopyStatement

  /// - Returns: The number of rows.
  /// - Throws: `PostgresError` as COPY has it, with line and column in its context; whatever
  ///   `nextChunk` throws.
  func run(_ nextChunk: () throws -> [UInt8]?) throws -> Int {
    let columns = try columns()
    var records = CSVRecords(delimiter: copy.delimiter, null: copy.null)
    var batch: [CSVRecords.Record] = []
    var size = 0
    var count = 0
    var skipsHeader = copy.hasHeader
    try connection.execute("SAVEPOINT dbtool_copy", [])
    func flush() throws {
      guard !batch.isEmpty else { return }
      do {
        try insert(batch, columns)
      } catch let error as PostgresError where error.code == .server {
        throw located(error, batch, columns)
      }
      count += batch.count
      batch = []
      size = 0
    }
    func add(_ new: [CSVRecords.Record]) throws {
      for record in new {
        if skipsHeader {
          skipsHeader = false
          continue
        }
        try check(record, columns)
        let length = Self.sentLength(of: record)
        if size + length > Self.largestBatch { try flush() }
        batch.append(record)
        size += length
      }
    }
    do {
      while let chunk = try nextChunk() {
        try records.read(chunk)
        try add(records.take())
      }
      try records.finish()
      try add(records.take())
      try flush()
    } catch let error as PostgresError where error.context?.hasPrefix("line ") == true {
      var error = error
      error.context = "COPY \(copy.name), \(error.context ?? "")"
      throw error
    }
    try connection.execute("RELEASE SAVEPOINT dbtool_copy", [])
    return count
  }

  private struct Column {
    var name: String
    /// Without a modifier: the assignment to the column applies it, and refuses what does not fit.
    var type: String
    /// As it was declared, for example `character varying(5)`.
    var declaredType: String
  }

  private func columns() throws -> [Column] {
    let result = try connection.execute(
      """
      SELECT a.attname::text,
        quote_ident(n.nspname::text) || '.' || quote_ident(t.typname::text),
        format_type(a.atttypid, a.atttypmod)
      FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = ''
      ORDER BY a.attnum
      """, [.text(copy.table)])
    let all = result.rows.map {
      Column(name: $0.text(0), type: $0.text(1), declaredType: $0.text(2))
    }
    guard !all.isEmpty else {
      throw PostgresError(
        .server, "relation \"\(copy.name)\" does not exist", sqlState: .undefinedTable)
    }
    guard !copy.columns.isEmpty else { return all }
    return try copy.columns.map { name in
      guard let column = all.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
        throw PostgresError(
          .server, "column \"\(name)\" of relation \"\(copy.name)\" does not exist",
          sqlState: "42703")
      }
      return column
    }
  }

  private func check(_ record: CSVRecords.Record, _ columns: [Column]) throws {
    guard record.fields.count != columns.count else { return }
    var error = PostgresError(
      .server,
      record.fields.count > columns.count
        ? "extra data after last expected column"
        : "missing data for column \"\(columns[record.fields.count].name)\"",
      sqlState: "22P04")
    error.context = "line \(record.line)"
    throw error
  }

  /// The bytes of a record in a request, where its JSON stands inside JSON.
  private static func sentLength(of record: CSVRecords.Record) -> Int {
    record.fields.reduce(3) { sum, field in
      guard let field else { return sum + 5 }
      return field.utf8.reduce(sum + 5) { sum, byte in
        switch byte {
        case 34, 92: sum + 4
        // As \\u0001, where no shorter form is used.
        case 0..<32, 127: sum + 7
        default: sum + 1
        }
      }
    }
  }

  private func insert(_ batch: some Sequence<CSVRecords.Record>, _ columns: [Column]) throws {
    let names = try columns.map { try SQLIdentifier.quoted($0.name) }.joined(separator: ", ")
    let values = columns.enumerated().map { "CAST(r.value ->> \($0.offset) AS \($0.element.type))" }
    // COPY writes generated identities as well.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let rows = String(decoding: try encoder.encode(batch.map(\.fields)), as: UTF8.self)
    _ = try connection.call(
      """
      INSERT INTO \(copy.table) (\(names)) OVERRIDING SYSTEM VALUE
      SELECT \(values.joined(separator: ", "))
      FROM pg_catalog.json_array_elements(CAST(:rows AS json)) AS r
      """,
      [SQLParameter(name: "rows", value: .string(rows))])
  }

  /// The error with the line and column that it is about, found by halves.
  private func located(
    _ error: PostgresError, _ batch: [CSVRecords.Record], _ columns: [Column]
  ) -> PostgresError {
    func isRefused(_ part: ArraySlice<CSVRecords.Record>, _ columns: [Column]) -> PostgresError? {
      defer { _ = try? connection.execute("ROLLBACK TO SAVEPOINT dbtool_copy", []) }
      do {
        try insert(part, columns)
        return nil
      } catch {
        return error as? PostgresError
      }
    }
    _ = try? connection.execute("ROLLBACK TO SAVEPOINT dbtool_copy", [])
    var part = batch[...]
    while part.count > 1 {
      let half = part.prefix(part.count / 2)
      part = isRefused(half, columns) != nil ? half : part.dropFirst(half.count)
    }
    guard let record = part.first, let again = isRefused(part, columns) else { return error }
    var found = again
    found.position = nil
    found.context = "line \(record.line)"
    if let column = column(of: again, record, columns) {
      found.context? += ", column \(column.name): \"\(column.value)\""
    }
    connection.state.hasFailed = true
    return found
  }

  /// The column whose value an error of a record is about; nil when it is about the row.
  private func column(
    of error: PostgresError, _ record: CSVRecords.Record, _ columns: [Column]
  ) -> (name: String, value: String)? {
    guard error.sqlState?.errorClass == "22" else { return nil }
    for (column, value) in zip(columns, record.fields) {
      guard let value else { continue }
      let limit = column.declaredType.filter(\.isNumber)
      if error.message == "value too long for type \(column.declaredType)",
        let limit = Int(limit), value.unicodeScalars.count > limit
      {
        return (column.name, value)
      }
      do {
        _ = try connection.call(
          "SELECT CAST(CAST(:value AS text) AS \(column.type)) IS NULL",
          [SQLParameter(name: "value", value: .string(value))])
      } catch {
        _ = try? connection.execute("ROLLBACK TO SAVEPOINT dbtool_copy", [])
        return (column.name, value)
      }
    }
    return nil
  }
}
