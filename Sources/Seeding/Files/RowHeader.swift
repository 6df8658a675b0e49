internal import SQLSyntax

/// The first record of a file, which names the columns.
struct RowHeader {
  private(set) var columns: [String] = []
  /// The bytes that it takes; of tab separated values with the end of its line.
  private(set) var size = 0
  /// True when its line ends in a carriage return, with or without a line feed.
  private(set) var endsInReturn = false

  /// Reads the header from `bytes`, the beginning of a file without its byte order mark.
  ///
  /// - Returns: nil when the record goes on behind `bytes`.
  /// - Throws: `SeedError` for what is no header.
  init?(_ bytes: [UInt8], format: RowFormat, isComplete: Bool, path: String) throws(SeedError) {
    switch format {
    case .csv:
      guard try readCSV(bytes, isComplete: isComplete, path: path) else { return nil }
    case .tsv:
      guard try readTSV(bytes, isComplete: isComplete, path: path) else { return nil }
    case .jsonLines: break
    }
  }

  private mutating func readTSV(
    _ bytes: [UInt8], isComplete: Bool, path: String
  ) throws(SeedError) -> Bool {
    var record = RowRecord()
    var parser = TSVParser(substitution: nil)
    do throws(RowProblem) {
      guard let end = try parser.parse(bytes, from: 0, isComplete: isComplete, into: &record) else {
        return false
      }
      size = end
    } catch {
      throw SeedError(
        .invalidHeader, error.message, file: path, location: SourceLocation(line: 1, column: 1))
    }
    for index in record.fields.indices { try append(record.value(index) ?? [], path: path) }
    return true
  }

  private mutating func readCSV(
    _ bytes: [UInt8], isComplete: Bool, path: String
  ) throws(SeedError) -> Bool {
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
          guard isComplete else { return false }
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
    guard ended || isComplete else { return false }
    try append(field, path: path)
    size = index
    endsInReturn = ended && bytes[index] == 0x0D
    return true
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
    guard !columns.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
      throw SeedError(
        .invalidHeader, "the header line names column \(name.debugDescription) twice", file: path,
        location: place)
    }
    columns.append(name)
  }
}
