/// The comments before the first statement of a file.
///
/// They are read without a parser, because that is all a run with nothing to do may cost.
struct LeadingComments: Equatable {
  /// A `--` comment and the line that it stands on.
  struct Comment: Equatable {
    var text: String
    var line: Int
  }

  /// The `--` comments in order, without the dashes.
  private(set) var lines: [Comment] = []
  /// False when nothing but comments and white space was found.
  private(set) var isFollowedByText = false

  /// Reads `bytes` up to the first character that is neither comment nor white space.
  ///
  /// PostgreSQL manual, section 4.1.5 "Comments": block comments nest.
  init(of bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    var line = 1
    var depth = 0
    while index < bytes.endIndex {
      let byte = bytes[index]
      let pair = (byte, index + 1 < bytes.endIndex ? bytes[index + 1] : 0)
      if byte == UInt8(ascii: "\n") { line += 1 }
      if pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) {
        depth += 1
        index += 2
      } else if depth > 0 {
        let closes = pair == (UInt8(ascii: "*"), UInt8(ascii: "/"))
        if closes { depth -= 1 }
        index += closes ? 2 : 1
      } else if pair == (UInt8(ascii: "-"), UInt8(ascii: "-")) {
        // To PostgreSQL's scanner a carriage return ends the line as well.
        let end = bytes[index...].firstIndex { [0x0A, 0x0D].contains($0) } ?? bytes.endIndex
        lines.append(
          Comment(text: String(decoding: bytes[(index + 2)..<end], as: UTF8.self), line: line))
        index = end
      } else if byte == 0x20 || (0x09...0x0D).contains(byte) || byte == UInt8(ascii: ";") {
        index += 1
      } else {
        isFollowedByText = true
        return
      }
    }
  }
}
