/// A text in which pieces were replaced, and where its characters stood before.
package struct EditedText: Sendable, Equatable {
  /// The text after the edits.
  package let text: String
  /// For each edit: scalars before it in the old text, and its length in the old and the new one.
  private let edits: [(start: Int, old: Int, new: Int)]

  /// `source` with the bytes of each range replaced by a text; the ranges are in order and apart.
  package init(_ source: String, replacing pieces: [(range: Range<Int>, text: String)]) {
    let bytes = Array(source.utf8)
    func scalars(_ range: Range<Int>) -> Int {
      // All but the bytes that continue a character.
      bytes[range].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }
    var result: [UInt8] = []
    var edits: [(start: Int, old: Int, new: Int)] = []
    var position = 0
    var passed = 0
    for piece in pieces {
      result += bytes[position..<piece.range.lowerBound]
      passed += scalars(position..<piece.range.lowerBound)
      let old = scalars(piece.range)
      edits.append((passed, old, piece.text.unicodeScalars.count))
      result += Array(piece.text.utf8)
      passed += old
      position = piece.range.upperBound
    }
    result += bytes[position...]
    text = String(decoding: result, as: UTF8.self)
    self.edits = edits
  }

  /// The place in the old text of a place in the new one, both in characters counted from 1, as
  /// PostgreSQL's errors have them.
  package func originalPosition(of position: Int) -> Int {
    var shift = 0
    for edit in edits {
      let start = edit.start + shift + 1
      if position < start { break }
      // Inside a replaced piece its beginning is meant.
      if position < start + edit.new { return edit.start + 1 }
      shift += edit.new - edit.old
    }
    return position - shift
  }

  package static func == (left: EditedText, right: EditedText) -> Bool {
    left.text == right.text && left.edits.elementsEqual(right.edits, by: ==)
  }
}
