/// A record of a file of rows, its values without quotes and escapes.
///
/// It is used again for record after record: the values lie in one array.
struct RowRecord {
  /// A value: where it lies, or that it is NULL.
  struct Field {
    var range: Range<Int>
    var isNull = false
  }

  /// The line in which it begins, from 1.
  var line = 1
  /// Line breaks inside it.
  var breaks = 0
  /// Line feeds inside its quotes.
  var lineFeeds = 0
  /// Carriage returns inside its quotes.
  var returns = 0
  /// True for a line that holds nothing and counts for nothing.
  var isBlank = false
  /// The bytes of all values.
  var bytes: [UInt8] = []
  /// The values in the order of the columns.
  var fields: [Field] = []
  /// Which columns the record names, where each record names its own.
  var present: [Bool] = []

  /// Forgets all but the room that it takes.
  mutating func clear(line: Int) {
    self.line = line
    breaks = 0
    lineFeeds = 0
    returns = 0
    isBlank = false
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
  }

  /// A value's bytes; nil is NULL.
  func value(_ index: Int) -> [UInt8]? {
    guard fields.indices.contains(index), !fields[index].isNull else { return nil }
    return Array(bytes[fields[index].range])
  }

  /// Adds what was written to `bytes` since `start` as the next value.
  mutating func end(from start: Int, isNull: Bool = false) {
    fields.append(Field(range: start..<bytes.count, isNull: isNull))
  }
}
