/// Reads records of comma separated values as COPY reads them.
///
/// PostgreSQL manual, COPY, "CSV Format": an unquoted nothing is NULL, a quoted one the empty text.
struct CSVParser: RowParser {
  /// What stands in for `${tenant_id}`; nil where it does not occur.
  let substitution: TenantSubstitution?
  /// How the first line ended, as all others have to.
  private(set) var lineEnd: [UInt8]?

  init(substitution: TenantSubstitution?) { self.substitution = substitution }

  mutating func parse(
    _ bytes: [UInt8], from start: Int, isComplete: Bool, into record: inout RowRecord
  ) throws(RowProblem) -> Int? {
    var index = start
    var fieldStart = 0
    var isQuoted = false
    var wasQuoted = false
    func endField(_ record: inout RowRecord) throws(RowProblem) {
      let isNull = !wasQuoted && record.bytes.count == fieldStart
      if let substitution { try substitution.apply(to: &record.bytes, from: fieldStart) }
      record.end(from: fieldStart, isNull: isNull)
      fieldStart = record.bytes.count
      wasQuoted = false
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        if !isQuoted {
          isQuoted = true
          wasQuoted = true
        } else {
          guard index + 1 < bytes.count || isComplete else { return nil }
          if index + 1 < bytes.count, bytes[index + 1] == byte {
            record.bytes.append(byte)
            index += 1
          } else {
            isQuoted = false
          }
        }
      } else if isQuoted {
        count(byte, after: index > start ? bytes[index - 1] : 0, in: &record)
        record.bytes.append(byte)
      } else if byte == UInt8(ascii: ",") {
        try endField(&record)
      } else if byte == 0x0A || byte == 0x0D {
        // Whether a line feed follows has to be known.
        guard byte == 0x0A || index + 1 < bytes.count || isComplete else { return nil }
        let isPair = byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
        try check(isPair ? [0x0D, 0x0A] : [byte], record)
        try endField(&record)
        return index + (isPair ? 2 : 1)
      } else {
        record.bytes.append(byte)
      }
      index += 1
    }
    guard isComplete else { return nil }
    guard !isQuoted else { throw RowProblem("a quoted value begins here and does not end") }
    try endField(&record)
    return index
  }

  private func count(_ byte: UInt8, after before: UInt8, in record: inout RowRecord) {
    if byte == 0x0A {
      record.lineFeeds += 1
      record.breaks += before == 0x0D ? 0 : 1
    } else if byte == 0x0D {
      record.returns += 1
      record.breaks += 1
    }
  }

  private mutating func check(_ end: [UInt8], _ record: RowRecord) throws(RowProblem) {
    guard let lineEnd else {
      lineEnd = end
      return
    }
    guard end != lineEnd else { return }
    throw RowProblem(
      "a line break outside of quotes that is not like the one behind the header line",
      line: record.line + record.breaks, remedy: "Put values that hold line breaks into quotes.")
  }
}
