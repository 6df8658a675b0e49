internal import SQLSyntax

/// The first record of a CSV file, which names the columns, as RFC 4180 has it.
struct CSVHeader {
  private(set) var columns: [String] = []

  /// Reads the header from `bytes`, the beginning of a file without its byte order mark.
  ///
  /// - Returns: nil when the record goes on behind `bytes`.
  /// - Throws: `SeedError` for what is no header.
  init?(_ bytes: [UInt8], isComplete: Bool, path: String) throws(SeedError) {
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    var ended = false
    func failure(_ message: String, at offset: Int) -> SeedError {
      let text = String(decoding: bytes, as: UTF8.self)
      return SeedError(
        .invalidHeader, message, file: path,
        location: SourceLocation(utf8Offset: offset, in: text))
    }
    scan: while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty && !isQuoted:
        isQuoted = true
        guard let end = Self.readQuoted(bytes, from: index + 1, into: &field) else {
          guard isComplete else { return nil }
          throw failure("a quoted column name does not end", at: index)
        }
        index = end
      case UInt8(ascii: ","):
        try append(field, path: path)
        field = []
        isQuoted = false
        index += 1
      case 0x0A, 0x0D:
        ended = true
        break scan
      case UInt8(ascii: "\""):
        throw failure("a quote inside a column name that is not quoted as a whole", at: index)
      default:
        guard !isQuoted else {
          throw failure("text behind the closing quote of a column name", at: index)
        }
        field.append(byte)
        index += 1
      }
    }
    guard ended || isComplete else { return nil }
    try append(field, path: path)
  }

  /// Reads up to the closing quote; nil when it may still come.
  private static func readQuoted(
    _ bytes: [UInt8], from start: Int, into field: inout [UInt8]
  ) -> Int? {
    var index = start
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\"") else {
        field.append(bytes[index])
        index += 1
        continue
      }
      guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") else {
        return index + 1
      }
      field.append(UInt8(ascii: "\""))
      index += 2
    }
    return nil
  }

  private mutating func append(_ field: [UInt8], path: String) throws(SeedError) {
    let place = SourceLocation(line: 1, column: 1)
    guard let name = String(validating: field, as: UTF8.self) else {
      throw SeedError(.invalidEncoding, "the header line is not UTF-8", file: path, location: place)
    }
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw SeedError(
        .invalidHeader, "column \(columns.count + 1) of the header line has no name", file: path,
        location: place)
    }
    guard !columns.contains(name) else {
      throw SeedError(
        .invalidHeader, "the header line names column \(name.debugDescription) twice", file: path,
        location: place)
    }
    columns.append(name)
  }
}
