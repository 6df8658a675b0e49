/// Reads objects of JSON, one on a line, as records with a value for each column of a table.
struct JSONLineParser: RowParser {
  /// The columns that there are.
  private let columns: [RowColumn]
  private let names: [[UInt8]]
  private let numbers: [String: Int]
  /// What stands in for `${tenant_id}`; nil where it does not occur.
  private let substitution: TenantSubstitution?
  /// The columns in the order in which the last record named them: mostly the next one does so too.
  private var order: [Int] = []

  init(columns: [RowColumn], substitution: TenantSubstitution?) {
    self.columns = columns
    self.substitution = substitution
    names = columns.map { Array($0.name.utf8) }
    numbers = Dictionary(
      columns.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { old, _ in old }
    )
  }

  mutating func parse(
    _ bytes: [UInt8], from start: Int, isComplete: Bool, into record: inout RowRecord
  ) throws(RowProblem) -> Int? {
    let end = bytes[start...].firstIndex(of: 0x0A)
    guard end != nil || isComplete else { return nil }
    let limit = end ?? bytes.count
    let next = min(limit + 1, bytes.count)
    var scanner = JSONScanner(bytes, start..<limit, substitution: substitution)
    scanner.skipSpace()
    guard !scanner.isAtEnd else {
      record.isBlank = true
      return next
    }
    guard scanner.take(UInt8(ascii: "{")) else {
      throw RowProblem(
        "the line is not an object of JSON", value: Array(bytes[start..<limit]),
        remedy: "Each line holds one object: {\"column\": value, …}.")
    }
    record.fields = columns.map { _ in RowRecord.Field(range: 0..<0, isNull: true) }
    record.present = columns.map { _ in false }
    try readMembers(&scanner, into: &record)
    guard scanner.isAtEnd else { throw scanner.problem("something follows the object") }
    return next
  }

  private mutating func readMembers(
    _ scanner: inout JSONScanner, into record: inout RowRecord
  ) throws(RowProblem) {
    guard !scanner.take(UInt8(ascii: "}")) else { return }
    var count = 0
    repeat {
      let index = try column(&scanner, count)
      guard !record.present[index] else {
        throw RowProblem("the object names \(columns[index].name.debugDescription) twice")
      }
      guard scanner.take(UInt8(ascii: ":")) else { throw scanner.problem("a colon is missing") }
      record.present[index] = true
      let start = record.bytes.count
      do throws(RowProblem) {
        let isNull = try scanner.value(for: columns[index], into: &record.bytes)
        record.fields[index] = RowRecord.Field(range: start..<record.bytes.count, isNull: isNull)
      } catch {
        var problem = error
        problem.field = columns[index].name
        throw problem
      }
      if count == order.count { order.append(index) } else { order[count] = index }
      count += 1
    } while scanner.take(UInt8(ascii: ","))
    guard scanner.take(UInt8(ascii: "}")) else { throw scanner.problem("the object does not end") }
  }

  /// Reads a key.
  private func column(_ scanner: inout JSONScanner, _ place: Int) throws(RowProblem) -> Int {
    if place < order.count, scanner.take(key: names[order[place]]) { return order[place] }
    var key: [UInt8] = []
    try scanner.string(into: &key)
    let name = String(decoding: key, as: UTF8.self)
    guard let index = numbers[name] else {
      var problem = RowProblem(
        "the table has no column \(name.debugDescription)",
        remedy: "Its columns are: \(columns.map(\.name).joined(separator: ", ")).")
      problem.field = name
      throw problem
    }
    return index
  }
}
