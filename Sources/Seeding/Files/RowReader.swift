internal import SQLSyntax
internal import SourceFiles

/// Reads the records of a file one after the other, in memory for one of them and a piece of the
/// file.
final class RowReader {
  /// More than a value of PostgreSQL may have; a quote that does not end would take the whole
  /// file.
  private static let longestRecord = 1_073_741_824

  private let next: () throws -> [UInt8]?
  private let path: String
  private var parser: any RowParser
  private var buffer: [UInt8] = []
  private var position = 0
  private var isComplete = false
  private var isFirst = true
  private var line = 1

  /// A reader of what `next` gives, piece by piece.
  init(_ parser: any RowParser, path: String, next: @escaping () throws -> [UInt8]?) {
    self.parser = parser
    self.path = path
    self.next = next
  }

  /// Reads the next record.
  ///
  /// - Returns: False when there is none.
  /// - Throws: `SeedError` for what is no record; whatever gives the bytes.
  func read(_ record: inout RowRecord) throws -> Bool {
    while true {
      if position < buffer.count {
        record.clear(line: line)
        if let end = try parse(&record) {
          position = end
          line += 1 + record.breaks
          if record.isBlank { continue }
          return true
        }
      }
      guard !isComplete else { return false }
      try fill()
    }
  }

  private func parse(_ record: inout RowRecord) throws(SeedError) -> Int? {
    do throws(RowProblem) {
      return try parser.parse(buffer, from: position, isComplete: isComplete, into: &record)
    } catch {
      var failure = SeedError(.rowsRefused, error.message, file: path, remedy: error.remedy)
      failure.line = error.line ?? record.line
      failure.field = error.field
      failure.value = error.value
      throw failure
    }
  }

  /// Reads on; as much again as there is of a long record, so that it is not read too often.
  private func fill() throws {
    buffer.removeSubrange(..<position)
    position = 0
    let wanted = buffer.count * 2
    guard buffer.count < Self.longestRecord else {
      var failure = SeedError(
        .rowsRefused, "the row that begins here is longer than a gigabyte", file: path,
        remedy: "Look for a quote that does not end.")
      failure.line = line
      throw failure
    }
    repeat {
      guard let chunk = try next() else {
        isComplete = true
        return
      }
      buffer += isFirst ? SourceText.body(of: chunk) : chunk[...]
      isFirst = false
    } while buffer.count < wanted
  }
}
