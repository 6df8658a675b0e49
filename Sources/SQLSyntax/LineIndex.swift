/// Finds the lines and columns of many places in one text.
///
/// A place after the one asked before, in the same line, costs what lies between them; any other one
/// costs its line, and not the text before it.
package struct LineIndex {
  private let bytes: [UInt8]
  /// The offsets at which lines begin.
  private let starts: [Int]
  private var last = (offset: 0, column: 1)

  package init(_ text: String) { self.init(Array(text.utf8)) }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    starts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }

  /// The place of the byte at `offset`; past the end it is the end.
  package mutating func location(of offset: Int) -> SourceLocation {
    let offset = min(max(0, offset), bytes.count)
    let line = lines(before: offset)
    var (start, column) = (starts[line - 1], 1)
    if (start...offset).contains(last.offset) { (start, column) = last }
    column += String(decoding: bytes[start..<offset], as: UTF8.self).count
    last = (offset, column)
    return SourceLocation(line: line, column: column)
  }

  /// How many lines begin at `offset` or before it.
  private func lines(before offset: Int) -> Int {
    var range = 0..<starts.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = starts[middle] <= offset ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
