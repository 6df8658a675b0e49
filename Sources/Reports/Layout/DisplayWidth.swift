/// How many columns of a terminal texts take.
package enum DisplayWidth {
  /// The columns of a text: two for wide characters and emoji, none for combining marks.
  package static func of(_ text: some StringProtocol) -> Int {
    // Nearly every text is plain ASCII, where each byte is a column.
    let utf8 = text.utf8
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The columns of one character as people see it, which may be several scalars.
  package static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    // One picture, whatever it is made of: skin tones, flags, families.
    if first.properties.isEmojiPresentation { return 2 }
    if first.properties.isEmoji, scalars.contains("\u{FE0F}") { return 2 }
    return scalars.reduce(0) { $0 + of($1) }
  }

  /// The longest beginning of a text that takes no more than `columns`; `…` says that there is more.
  package static func shortened(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    var (result, width) = ("", 0)
    for character in text {
      let next = width + of(character)
      guard next < columns else { break }
      result.append(character)
      width = next
    }
    return columns > 0 ? result + "…" : ""
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    // Vowels and finals of Hangul stand inside the square of the consonant before them.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// East_Asian_Width W and F (Unicode Standard Annex 11), without emoji.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
    0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF,
    0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
