/// Lexical questions about SQL text.
enum Scanner {
  /// The offset of the first byte in `bytes` that is neither white space nor part of a comment.
  ///
  /// PostgreSQL manual, section 4.1.5 "Comments": block comments nest.
  static func firstToken<Bytes: RandomAccessCollection<UInt8>>(in bytes: Bytes) -> Int
  where Bytes.Index == Int {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
      if isSpace(byte) || byte == UInt8(ascii: ";") {
        index += 1
      } else if byte == UInt8(ascii: "-"), next == UInt8(ascii: "-") {
        // To PostgreSQL's scanner a carriage return ends the line as well.
        while index < bytes.endIndex, ![0x0A, 0x0D].contains(bytes[index]) { index += 1 }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        index = endOfBlockComment(in: bytes, from: index)
      } else {
        return index
      }
    }
    return index
  }

  /// The end of `bytes` without the white space that closes it.
  static func trimmingTrailingSpace(_ bytes: ArraySlice<UInt8>) -> Int {
    var end = bytes.endIndex
    while end > bytes.startIndex, isSpace(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: ";") {
      end -= 1
    }
    return end
  }

  private static func endOfBlockComment<Bytes: RandomAccessCollection<UInt8>>(
    in bytes: Bytes, from start: Int
  ) -> Int where Bytes.Index == Int {
    var index = start
    var depth = 0
    while index + 1 < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "/"), bytes[index + 1] == UInt8(ascii: "*") {
        depth += 1
        index += 2
      } else if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") {
        depth -= 1
        index += 2
        if depth == 0 { return index }
      } else {
        index += 1
      }
    }
    return bytes.endIndex
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// True when `word` cannot stand as a bare column or table name.
  static func isReservedWord(_ word: String) -> Bool {
    // The parser is the authority: a word that names both a table and a column is free. A query
    // alone would not tell, since words like `user` are functions there.
    (try? Parser.tree(of: "INSERT INTO \(word) (\(word)) SELECT \(word) FROM \(word)")) == nil
  }
}
