/// A text after its variables were replaced, and where each part of it stood before.
struct TemplateExpansion: Sendable, Equatable {
  private struct Piece: Equatable {
    var expanded: Int
    var original: Int
    /// False for a value, all of which stood where the variable began.
    var isCopy: Bool
  }

  private var bytes: [UInt8] = []
  private var pieces: [Piece] = []

  /// The text as it is sent.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// True when nothing was replaced.
  var isUnchanged: Bool { pieces.allSatisfy(\.isCopy) }

  mutating func copy(_ source: ArraySlice<UInt8>, from original: Int) {
    guard !source.isEmpty else { return }
    pieces.append(Piece(expanded: bytes.count, original: original, isCopy: true))
    bytes += source
  }

  mutating func replace(_ original: Range<Int>, with value: String) {
    pieces.append(Piece(expanded: bytes.count, original: original.lowerBound, isCopy: false))
    bytes += value.utf8
  }

  /// The offset in the file of an offset in the text.
  func original(of offset: Int) -> Int {
    guard let piece = pieces.last(where: { $0.expanded <= offset }) else { return offset }
    return piece.original + (piece.isCopy ? offset - piece.expanded : 0)
  }
}
