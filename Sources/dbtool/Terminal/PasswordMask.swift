/// Finds the passwords of URLs, statements and connection strings: `PASSWORD 'x'`, `password=x`.
///
/// It reads messages, in which statements are cut off, stand inside strings of others or are no SQL at
/// all, so PostgreSQL's parser cannot. Where a text can be read in two ways, what is a password in one of
/// them is masked. Its time grows with the text, whoever wrote it.
struct PasswordMask {
  private let text: String
  private let bytes: [UInt8]
  /// Where the block comments end that begin at the keys.
  private var comments: [Int: Int] = [:]
  /// The line looked at last, since many comments may lie in one, and the last quote in it.
  private var line = (range: 0..<0, quote: -1)

  private static let word = Array("password".utf8)
  private static let quote = UInt8(ascii: "'")
  /// More comments than anyone writes between the word and its password.
  private static let mostComments = 100

  /// `text` with `***` in the place of its passwords.
  static func masked(_ text: String) -> String {
    let urls = PasswordMask(text)
    var rest = PasswordMask(urls.without(urls.passwordsOfURLs()))
    // Most messages hold no password.
    guard rest.endOfWord(from: 0) != nil else { return rest.text }
    rest.comments = Self.comments(in: rest.bytes)
    return rest.without(rest.passwords())
  }

  private init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  private func without(_ passwords: [Password]) -> String {
    guard !passwords.isEmpty else { return text }
    var result = ""
    var end = 0
    for password in passwords {
      result += String(decoding: bytes[end..<password.range.lowerBound], as: UTF8.self)
      result += password.isQuoted ? "'***'" : "***"
      end = password.range.upperBound
    }
    return result + String(decoding: bytes[end...], as: UTF8.self)
  }

  private struct Password {
    var range: Range<Int>
    var isQuoted: Bool
  }

  private func passwordsOfURLs() -> [Password] {
    let scheme = Array("://".utf8)
    var found: [Password] = []
    var rest = bytes[...]
    while let start = rest.firstRange(of: scheme)?.upperBound {
      let url = bytes[start...].prefix { !Self.isSpace($0) && $0 != Self.quote && $0 != 0x22 }
      // The last @, because an @ that was not percent-encoded belongs to the password.
      if let colon = url.firstIndex(of: UInt8(ascii: ":")),
        let at = url.lastIndex(of: UInt8(ascii: "@")), colon < at
      {
        found.append(Password(range: colon + 1..<at, isQuoted: false))
      }
      rest = bytes[url.endIndex...]
    }
    return found
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// In order, and none within another.
  private mutating func passwords() -> [Password] {
    var found: [Password] = []
    var index = 0
    while let afterWord = endOfWord(from: index) {
      index = afterWord
      guard let literal = literal(from: afterWord) else { continue }
      if let last = found.last, literal.password.range.lowerBound < last.range.upperBound {
        let end = max(last.range.upperBound, literal.password.range.upperBound)
        found[found.count - 1].range = last.range.lowerBound..<end
      } else {
        found.append(literal.password)
      }
      index = literal.next
      if literal.password.range.upperBound == bytes.count { break }
    }
    return found
  }

  private func endOfWord(from start: Int) -> Int? {
    var index = start
    while index + Self.word.count <= bytes.count {
      let end = index + Self.word.count
      // Letters of ASCII differ from their capitals in this bit alone.
      if bytes[index] | 0x20 == Self.word[0],
        zip(bytes[index..<end], Self.word).allSatisfy({ $0 | 0x20 == $1 })
      {
        return end
      }
      index += 1
    }
    return nil
  }

  /// What stands after the word: its password, and where to look for the next word.
  private mutating func literal(from afterWord: Int) -> (password: Password, next: Int)? {
    let start = byte(afterWord) == UInt8(ascii: "\"") ? afterWord + 1 : afterWord
    let gap = gap(from: start)
    let first = gap.lines?.lowerBound ?? gap.end
    if byte(gap.end) == UInt8(ascii: "$"), let end = endOfDollarQuotes(from: gap.end) {
      return (Password(range: first..<end, isQuoted: true), end)
    }
    // Also E'' and U&''.
    var opening = gap.end
    while opening < gap.end + 2, let byte = byte(opening), byte != Self.quote { opening += 1 }
    let prefix = bytes[gap.end..<opening].map { $0 | 0x20 }
    if byte(opening) == Self.quote, [[], [0x65], [0x75], [0x75, 0x26]].contains(prefix) {
      let (certain, possible) = endOfQuotes(from: opening, escapes: prefix == [0x65])
      return (Password(range: first..<possible, isQuoted: true), certain)
    }
    if gap.hasQuoteInLines, let lines = gap.lines {
      return (Password(range: lines, isQuoted: true), lines.lowerBound + 2)
    }
    guard gap.isEqualled, let end = endOfBareWord(from: gap.end, isClose: gap.end == start + 1)
    else { return nil }
    return (Password(range: gap.end..<end, isQuoted: false), end)
  }

  private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  /// White space, comments and equals signs.
  private struct Gap {
    var end: Int
    var isEqualled = false
    /// From the first comment of a line to the end of the last one.
    ///
    /// Messages put a statement into one line, so that such a comment may have the password in it.
    var lines: Range<Int>?
    var hasQuoteInLines = false
  }

  private mutating func gap(from start: Int) -> Gap {
    var (gap, count) = (Gap(end: start), 0)
    while let byte = byte(gap.end) {
      if Self.isSpace(byte) {
        gap.end += 1
      } else if byte == UInt8(ascii: "=") {
        gap.isEqualled = true
        gap.end += 1
      } else if byte == UInt8(ascii: "-"), self.byte(gap.end + 1) == byte, count < Self.mostComments
      {
        let comment = gap.end
        look(atLineOf: comment)
        gap.end = line.range.upperBound
        gap.lines = (gap.lines?.lowerBound ?? comment)..<gap.end
        gap.hasQuoteInLines = gap.hasQuoteInLines || line.quote > comment
        count += 1
      } else if let end = comments[gap.end], count < Self.mostComments {
        gap.end = end
        count += 1
      } else {
        break
      }
    }
    return gap
  }

  private mutating func look(atLineOf index: Int) {
    guard !line.range.contains(index) else { return }
    let rest = bytes[index...].prefix { ![0x0A, 0x0D].contains($0) }
    let quote = rest.lastIndex { $0 == Self.quote || $0 == UInt8(ascii: "$") }
    line = (rest.indices, quote ?? -1)
  }

  /// Block comments nest: PostgreSQL manual, section 4.1.5 "Comments".
  private static func comments(in bytes: [UInt8]) -> [Int: Int] {
    var (comments, open, index) = ([Int: Int](), [Int](), 0)
    while index + 1 < bytes.count {
      switch (bytes[index], bytes[index + 1]) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        open.append(index)
        index += 2
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        if let start = open.popLast() { comments[start] = index + 2 }
        index += 2
      default: index += 1
      }
    }
    return comments
  }

  /// The end of a literal in dollar quotes, which is that of the text where it was cut off.
  private func endOfDollarQuotes(from start: Int) -> Int? {
    let tag = bytes[(start + 1)...].prefix {
      $0 == UInt8(ascii: "_") || $0 >= 0x80 || (0x30...0x39).contains($0)
        || (0x61...0x7A).contains($0 | 0x20)
    }
    guard byte(tag.endIndex) == UInt8(ascii: "$"), !(0x30...0x39).contains(tag.first ?? 0) else {
      return nil
    }
    let delimiter = bytes[start...tag.endIndex]
    return bytes[(tag.endIndex + 1)...].firstRange(of: delimiter)?.upperBound ?? bytes.count
  }

  /// The end of a literal in quotes, in the reading that ends first and in the one that ends last.
  ///
  /// Inside a string a quote is two, inside that one's string four. So the first run of quotes tells
  /// how many a quote has here, unless that is an empty password. And a backslash may be one, or make
  /// the quote behind it part of the password, as it does in connection strings.
  private mutating func endOfQuotes(
    from start: Int, escapes: Bool
  ) -> (certain: Int, possible: Int) {
    let opening = run(from: start)
    let unit = opening & -opening
    let plain = endOfQuotes(from: start, unit: unit, escapes: escapes)
    let escaped = escapes ? plain : endOfQuotes(from: start, unit: unit, escapes: true)
    return (unit > 1 ? start + opening : min(plain, escaped), max(plain, escaped))
  }

  private func run(from start: Int) -> Int {
    bytes[start...].prefix { $0 == Self.quote }.count
  }

  private mutating func endOfQuotes(from start: Int, unit: Int, escapes: Bool) -> Int {
    var index = start + unit
    while let byte = byte(index) {
      if byte == Self.quote {
        let quotes = run(from: index)
        index += quotes
        // Two in a row are part of the password.
        if quotes % (2 * unit) == 0 { continue }
        // A literal may go on in another one, on a line of its own.
        let gap = gap(from: index)
        guard !gap.isEqualled, self.byte(gap.end) == Self.quote else {
          return gap.hasQuoteInLines ? gap.lines?.upperBound ?? index : index
        }
        index = gap.end + unit
      } else if escapes, byte == UInt8(ascii: "\\") {
        // Where a quote is two, a backslash may be as well.
        repeat { index += 1 } while unit > 1 && self.byte(index) == byte
        index += self.byte(index) == Self.quote ? unit : 1
      } else {
        index += 1
      }
    }
    return bytes.count
  }

  /// The end of a password without quotes; nil where what stands there is rather an expression.
  private func endOfBareWord(from start: Int, isClose: Bool) -> Int? {
    let word = bytes[start...].prefix {
      !Self.isSpace($0) && !"',;)*".utf8.contains($0)
    }
    guard !word.isEmpty else { return nil }
    let isExpression = word.first == UInt8(ascii: "$") || word.contains(UInt8(ascii: "("))
    return isClose || !isExpression ? word.endIndex : nil
  }
}
