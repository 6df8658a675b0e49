internal import Postgres

/// Cuts a stream of CSV into records, as COPY reads it.
///
/// PostgreSQL manual, COPY, "CSV Format".
struct CSVRecords {
  /// A record and the line that it ends in.
  struct Record: Sendable {
    var fields: [String?]
    var line: Int
  }

  private let delimiter: UInt8
  private let null: [UInt8]
  private var field: [UInt8] = []
  private var fields: [String?] = []
  private var isQuoted = false
  private var wasQuoted = false
  /// A quote inside a quoted field ends it, unless another one follows.
  private var sawQuote = false
  private var sawReturn = false
  private var line = 1
  private(set) var records: [Record] = []

  /// A reader of fields that `delimiter` parts, in which an unquoted `null` is NULL.
  init(delimiter: UInt8 = UInt8(ascii: ","), null: String = "") {
    self.delimiter = delimiter
    self.null = Array(null.utf8)
  }

  /// Reads on; whole records are added to `records`.
  ///
  /// - Throws: `PostgresError` for text that is not UTF-8.
  mutating func read(_ bytes: [UInt8]) throws {
    for byte in bytes { try read(byte) }
  }

  /// The stream is at its end.
  ///
  /// - Throws: `PostgresError` for a quote that does not end.
  mutating func finish() throws {
    if isQuoted, !sawQuote {
      var error = PostgresError(.server, "unterminated CSV quoted field", sqlState: "22P04")
      error.context = "line \(line)"
      throw error
    }
    if !field.isEmpty || !fields.isEmpty || wasQuoted { try endRecord() }
  }

  /// Takes the records that are whole.
  mutating func take() -> [Record] {
    defer { records = [] }
    return records
  }

  private mutating func read(_ byte: UInt8) throws {
    if sawReturn {
      sawReturn = false
      if byte == 0x0A { return }
    }
    if isQuoted {
      if sawQuote {
        sawQuote = false
        if byte == UInt8(ascii: "\"") {
          field.append(byte)
          return
        }
        isQuoted = false
      } else if byte == UInt8(ascii: "\"") {
        sawQuote = true
        return
      } else {
        if byte == 0x0A { line += 1 }
        field.append(byte)
        return
      }
    }
    switch byte {
    case UInt8(ascii: "\""):
      isQuoted = true
      wasQuoted = true
    case delimiter: try endField()
    case 0x0A: try endRecord()
    case 0x0D:
      sawReturn = true
      try endRecord()
    default: field.append(byte)
    }
  }

  private mutating func endField() throws {
    if !wasQuoted, field == null {
      fields.append(nil)
    } else {
      guard let text = String(validating: field, as: UTF8.self), !field.contains(0) else {
        var error = PostgresError(
          .server, "invalid byte sequence for encoding \"UTF8\"", sqlState: "22021")
        error.context = "line \(line)"
        throw error
      }
      fields.append(text)
    }
    field = []
    wasQuoted = false
  }

  private mutating func endRecord() throws {
    try endField()
    records.append(Record(fields: fields, line: line))
    fields = []
    line += 1
  }
}
