/// Breaks text at spaces.
enum WordWrap {
  /// The lines of a text, none of which is wider than `width` unless a single word is.
  ///
  /// - Parameter hanging: The spaces before each line but the first.
  static func lines(_ text: String, width: Int, hanging: Int = 0) -> [String] {
    guard DisplayWidth.of(text) > width else { return [text] }
    let indent = text.prefix { $0 == " " }
    var lines: [String] = []
    var (line, columns) = (String(indent), indent.count)
    var isEmpty = true
    // Two spaces that keep columns apart stay two.
    for word in words(of: text.dropFirst(indent.count)) {
      let size = DisplayWidth.of(word.text)
      if !isEmpty, columns + word.spaces + size > width {
        lines.append(line)
        (line, columns) = (String(repeating: " ", count: hanging), hanging)
      } else {
        line += String(repeating: " ", count: word.spaces)
        columns += word.spaces
      }
      line += word.text
      columns += size
      isEmpty = false
    }
    lines.append(line)
    return lines
  }

  /// Where lines after the first one begin: below what stands behind a column of marks or names, or a
  /// little further in than the first.
  static func hanging(of text: String, width: Int) -> Int {
    let indent = text.prefix { $0 == " " }.count
    var column = indent
    var spaces = 0
    for character in text.dropFirst(indent) {
      if character == " " {
        spaces += 1
      } else {
        if spaces > 1 { return column <= width / 3 ? column : indent + 2 }
        spaces = 0
      }
      column += DisplayWidth.of(character)
    }
    return min(indent + 2, width / 3)
  }

  /// The width of the widest word.
  static func widestWord(of text: String) -> Int {
    text.split(separator: " ").map { DisplayWidth.of($0) }.max() ?? 0
  }

  private static func words(of text: Substring) -> [(spaces: Int, text: Substring)] {
    var words: [(spaces: Int, text: Substring)] = []
    var rest = text
    while !rest.isEmpty {
      let spaces = rest.prefix { $0 == " " }.count
      rest = rest.dropFirst(spaces)
      let word = rest.prefix { $0 != " " }
      if !word.isEmpty { words.append((spaces, word)) }
      rest = rest.dropFirst(word.count)
    }
    return words
  }
}
