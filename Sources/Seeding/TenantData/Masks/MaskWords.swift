/// Words of which masked names consist: those that rows are made up from.
enum MaskWords {
  static let first = texts(WordLists.firstNames)
  static let last = texts(WordLists.lastNames)
  static let towns = texts(WordLists.cities)
  static let streets = texts(WordLists.streetKinds)

  /// Beginnings of telephone numbers that are kept for fiction, each followed by three digits
  /// (Ofcom, "Telephone numbers for use in TV and radio drama programmes").
  static let phones = [
    "+44 1632 960", "+44 7700 900", "+44 113 496 0", "+44 114 496 0", "+44 115 496 0",
    "+44 116 496 0", "+44 117 496 0", "+44 118 496 0", "+44 121 496 0", "+44 131 496 0",
    "+44 141 496 0", "+44 151 496 0", "+44 161 496 0", "+44 20 7946 0", "+44 191 498 0",
    "+44 29 2018 0", "+44 808 157 0",
  ]

  private static func texts(_ words: [[UInt8]]) -> [String] {
    words.map { String(decoding: $0, as: UTF8.self) }
  }
}
