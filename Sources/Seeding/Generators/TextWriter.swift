/// Makes up texts.
///
/// Nothing but letters, digits, blanks and `-_.@/:#+` comes out, so that no text needs escaping.
enum TextWriter {
  /// Writes a text of a kind.
  ///
  /// - Parameters:
  ///   - random: What it is made of.
  ///   - number: What makes it differ from all others; nil when it need not.
  static func write(
    _ kind: TextKind, _ random: UInt64, number: Int?, into bytes: inout [UInt8]
  ) {
    switch kind {
    case .name:
      pick(WordLists.firstNames, random, &bytes)
      bytes.append(UInt8(ascii: " "))
      pick(WordLists.lastNames, random &* 31, &bytes)
      suffix(number, " ", &bytes)
    case .firstName:
      pick(WordLists.firstNames, random, &bytes)
      suffix(number, " ", &bytes)
    case .lastName:
      pick(WordLists.lastNames, random &* 31, &bytes)
      suffix(number, " ", &bytes)
    case .company: pair(WordLists.adjectives, WordLists.businessKinds, random, number, &bytes)
    case .place: pair(WordLists.adjectives, WordLists.placeKinds, random, number, &bytes)
    case .product: pair(WordLists.adjectives, WordLists.things, random, number, &bytes)
    case .region: pair(WordLists.adjectives, WordLists.lastNames, random, number, &bytes)
    case .title: pair(WordLists.adjectives, WordLists.things, random, number, &bytes)
    case .email:
      lower(WordLists.firstNames, random, &bytes)
      bytes.append(UInt8(ascii: "."))
      lower(WordLists.lastNames, random &* 31, &bytes)
      if let number { bytes.append(number: number) }
      bytes.append(contentsOf: "@example.test".utf8)
    case .phone:
      bytes.append(contentsOf: "+44 1632 960".utf8)
      bytes.append(number: number ?? Draw.below(1_000, random), width: 3)
    case .street:
      bytes.append(number: number.map { $0 + 1 } ?? 1 + Draw.below(180, random))
      bytes.append(UInt8(ascii: " "))
      pick(WordLists.streets, random &* 31, &bytes)
      bytes.append(UInt8(ascii: " "))
      pick(WordLists.streetKinds, random &* 127, &bytes)
    case .city:
      pick(WordLists.cities, random, &bytes)
      suffix(number, " ", &bytes)
    case .postcode: bytes.append(number: number ?? 10_000 + Draw.below(90_000, random), width: 5)
    default: writeSymbol(kind, random, number: number, into: &bytes)
    }
  }

  private static func writeSymbol(
    _ kind: TextKind, _ random: UInt64, number: Int?, into bytes: inout [UInt8]
  ) {
    switch kind {
    case .country: code(WordLists.countries, 2, random, number, &bytes)
    case .currency: code(WordLists.currencies, 3, random, number, &bytes)
    case .locale: list(WordLists.locales, random, number, &bytes)
    case .timeZone: list(WordLists.timeZones, random, number, &bytes)
    case .colour: list(WordLists.colours, random, number, &bytes)
    case .mimeType: list(WordLists.mimeTypes, random, number, &bytes)
    case .agent: list(WordLists.agents, random, number, &bytes)
    case .url:
      bytes.append(contentsOf: "https://example.test/".utf8)
      slug(random, number, UInt8(ascii: "-"), &bytes)
    case .file:
      slug(random, number, UInt8(ascii: "-"), &bytes)
      bytes.append(UInt8(ascii: "."))
      pick(WordLists.extensions, random &* 127, &bytes)
    case .slug: slug(random, number, UInt8(ascii: "-"), &bytes)
    case .identifier: slug(random, number, UInt8(ascii: "_"), &bytes)
    case .code:
      letters(3, random, &bytes)
      bytes.append(UInt8(ascii: "-"))
      bytes.append(number: number ?? Draw.below(10_000, random &* 31), width: 4)
    case .shortCode:
      letters(3, random, &bytes)
      bytes.append(number: number ?? Draw.below(100, random &* 31), width: 2)
    case .event:
      lower(WordLists.things, random, &bytes)
      bytes.append(UInt8(ascii: "."))
      pick(WordLists.pastWords, random &* 31, &bytes)
      suffix(number, "", &bytes)
    case .digits: bytes.append(number: number ?? Draw.below(1_000_000, random), width: 1)
    case .hash: hash(number.map { Draw.mix(UInt64($0)) } ?? random, &bytes)
    case .letters: letterCode(number ?? Draw.below(17_576, random), &bytes)
    case .sentence: sentence(6 + Draw.below(8, random), random, number, &bytes)
    case .paragraph:
      for index in 0..<(1 + Draw.below(3, random)) {
        if index > 0 { bytes.append(UInt8(ascii: " ")) }
        let part = Draw.mix(random &+ UInt64(index))
        sentence(6 + Draw.below(8, part), part, index == 0 ? number : nil, &bytes)
      }
    default:
      lower(WordLists.sentenceWords, random, &bytes)
      suffix(number, "", &bytes)
    }
  }

  @inline(__always)
  private static func pick(_ list: [[UInt8]], _ random: UInt64, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: list[Draw.below(list.count, random)])
  }

  private static func lower(_ list: [[UInt8]], _ random: UInt64, _ bytes: inout [UInt8]) {
    for byte in list[Draw.below(list.count, random)] {
      bytes.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
    }
  }

  private static func suffix(_ number: Int?, _ separator: String, _ bytes: inout [UInt8]) {
    guard let number else { return }
    bytes.append(contentsOf: separator.utf8)
    bytes.append(number: number)
  }

  private static func pair(
    _ first: [[UInt8]], _ second: [[UInt8]], _ random: UInt64, _ number: Int?,
    _ bytes: inout [UInt8]
  ) {
    pick(first, random, &bytes)
    bytes.append(UInt8(ascii: " "))
    pick(second, random &* 31, &bytes)
    suffix(number, " ", &bytes)
  }

  private static func list(
    _ list: [[UInt8]], _ random: UInt64, _ number: Int?, _ bytes: inout [UInt8]
  ) {
    pick(list, random, &bytes)
    suffix(number, "-", &bytes)
  }

  private static func code(
    _ list: [[UInt8]], _ length: Int, _ random: UInt64, _ number: Int?, _ bytes: inout [UInt8]
  ) {
    guard let number else { return pick(list, random, &bytes) }
    letterCode(number, width: length, &bytes)
  }

  private static func slug(
    _ random: UInt64, _ number: Int?, _ separator: UInt8, _ bytes: inout [UInt8]
  ) {
    lower(WordLists.adjectives, random, &bytes)
    bytes.append(separator)
    lower(WordLists.things, random &* 31, &bytes)
    guard let number else { return }
    bytes.append(separator)
    bytes.append(number: number)
  }

  private static func letters(_ count: Int, _ random: UInt64, _ bytes: inout [UInt8]) {
    var rest = Draw.below(17_576, random)
    for _ in 0..<count {
      bytes.append(UInt8(ascii: "A") + UInt8(rest % 26))
      rest /= 26
    }
  }

  /// A number in capital letters, with A for the zeros before it.
  private static func letterCode(_ number: Int, width: Int = 1, _ bytes: inout [UInt8]) {
    var rest = number
    var code: [UInt8] = []
    repeat {
      code.append(UInt8(ascii: "A") + UInt8(rest % 26))
      rest /= 26
    } while rest > 0
    while code.count < width { code.append(UInt8(ascii: "A")) }
    bytes.append(contentsOf: code.reversed())
  }

  private static func hash(_ seed: UInt64, _ bytes: inout [UInt8]) {
    bytes.append(hex: seed, digits: 16)
    bytes.append(hex: Draw.mix(seed), digits: 16)
  }

  private static func sentence(
    _ count: Int, _ random: UInt64, _ number: Int?, _ bytes: inout [UInt8]
  ) {
    let start = bytes.count
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: " ")) }
      pick(WordLists.sentenceWords, Draw.mix(random &+ UInt64(index) &* 977), &bytes)
    }
    bytes[start] &= 0xDF
    suffix(number, " ", &bytes)
    bytes.append(UInt8(ascii: "."))
  }
}

extension [UInt8] {
  /// Writes a number in lower-case hexadecimal digits.
  @inline(__always)
  mutating func append(hex value: UInt64, digits: Int) {
    var shift = digits * 4
    while shift > 0 {
      shift -= 4
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xF
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Writes a UUID of version 4 (RFC 9562, section 5.4) whose random bits are these.
  @inline(__always)
  mutating func append(uuid high: UInt64, _ low: UInt64) {
    let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    append(hex: high >> 32, digits: 8)
    append(UInt8(ascii: "-"))
    append(hex: high >> 16, digits: 4)
    append(UInt8(ascii: "-"))
    append(hex: high, digits: 4)
    append(UInt8(ascii: "-"))
    append(hex: low >> 48, digits: 4)
    append(UInt8(ascii: "-"))
    append(hex: low, digits: 12)
  }
}
