/// Reads records of tab separated values as COPY writes them.
///
/// PostgreSQL manual, COPY, "Text Format": `\N` is NULL, and a backslash takes the meaning from
/// what parts values and lines.
struct TSVParser: RowParser {
  private static let backslash = UInt8(ascii: "\\")
  /// What stands in for `${tenant_id}`; nil where it does not occur.
  let substitution: TenantSubstitution?
  private var hasEnded = false

  init(substitution: TenantSubstitution?) { self.substitution = substitution }

  mutating func parse(
    _ bytes: [UInt8], from start: Int, isComplete: Bool, into record: inout RowRecord
  ) throws(RowProblem) -> Int? {
    var index = start
    // The end of the line; an escaped line feed belongs to a value.
    while index < bytes.count, bytes[index] != 0x0A {
      index += bytes[index] == Self.backslash ? 2 : 1
    }
    guard index < bytes.count || isComplete else { return nil }
    var end = min(index, bytes.count)
    let next = min(index + 1, bytes.count)
    if end > start, bytes[end - 1] == 0x0D, !isEscaped(end - 1, bytes, from: start) { end -= 1 }
    guard !hasEnded else {
      guard end == start else {
        throw RowProblem("the line \\. ends the rows, and another line follows")
      }
      record.isBlank = true
      return next
    }
    if bytes[start..<end].elementsEqual([Self.backslash, UInt8(ascii: ".")]) {
      hasEnded = true
      record.isBlank = true
      return next
    }
    try readFields(bytes[start..<end], into: &record)
    return next
  }

  private func isEscaped(_ index: Int, _ bytes: [UInt8], from start: Int) -> Bool {
    let before = bytes[start..<index].reversed().prefix { $0 == Self.backslash }
    return before.count % 2 == 1
  }

  private func readFields(
    _ line: ArraySlice<UInt8>, into record: inout RowRecord
  ) throws(RowProblem) {
    var index = line.startIndex
    while true {
      let start = record.bytes.count
      let fieldStart = index
      while index < line.endIndex, line[index] != 0x09 {
        if line[index] == Self.backslash, index + 1 < line.endIndex {
          // Some versions of PostgreSQL would take it for the end all the same.
          guard line[index + 1] != UInt8(ascii: ".") else {
            throw RowProblem(
              "\\. inside a row: it ends the rows, on a line of its own", value: Array(line),
              remedy: "A dot needs no backslash, and a backslash is written twice.")
          }
          index = readEscape(line, at: index + 1, into: &record)
        } else {
          record.bytes.append(line[index])
          index += 1
        }
      }
      let isNull = line[fieldStart..<index].elementsEqual([Self.backslash, UInt8(ascii: "N")])
      if let substitution, !isNull { try substitution.apply(to: &record.bytes, from: start) }
      record.end(from: start, isNull: isNull)
      guard index < line.endIndex else { return }
      index += 1
    }
  }

  /// Reads what follows a backslash; the place behind it.
  private func readEscape(
    _ line: ArraySlice<UInt8>, at start: Int, into record: inout RowRecord
  ) -> Int {
    let byte = line[start]
    switch byte {
    case UInt8(ascii: "b"): record.bytes.append(0x08)
    case UInt8(ascii: "f"): record.bytes.append(0x0C)
    case UInt8(ascii: "n"): record.bytes.append(0x0A)
    case UInt8(ascii: "r"): record.bytes.append(0x0D)
    case UInt8(ascii: "t"): record.bytes.append(0x09)
    case UInt8(ascii: "v"): record.bytes.append(0x0B)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      return readNumber(line, from: start, limit: 3, radix: 8, into: &record)
    case UInt8(ascii: "x")
    where start + 1 < line.endIndex && digit(line[start + 1], radix: 16) != nil:
      return readNumber(line, from: start + 1, limit: 2, radix: 16, into: &record)
    default:
      if byte == 0x0A { record.breaks += 1 }
      record.bytes.append(byte)
    }
    return start + 1
  }

  private func readNumber(
    _ line: ArraySlice<UInt8>, from start: Int, limit: Int, radix: UInt8,
    into record: inout RowRecord
  ) -> Int {
    var value: UInt8 = 0
    var index = start
    while index < line.endIndex, index < start + limit, let digit = digit(line[index], radix: radix)
    {
      value = value &* radix &+ digit
      index += 1
    }
    record.bytes.append(value)
    return index
  }

  private func digit(_ byte: UInt8, radix: UInt8) -> UInt8? {
    let value: UInt8
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): value = byte - UInt8(ascii: "A") + 10
    default: return nil
    }
    return value < radix ? value : nil
  }
}
