/// Tells quickly of most texts that they leave settings and transactions alone.
enum SessionText {
  /// Statements that change nothing of a session unless they call `set_config`.
  private static let quiet: Set<String> = [
    "select", "insert", "update", "delete", "merge", "with", "values", "table", "copy", "create",
    "alter", "drop", "grant", "revoke", "comment", "truncate", "explain", "show", "analyze",
    "vacuum", "lock", "listen", "notify", "reindex", "refresh",
  ]

  /// False when `sql` certainly does nothing to settings or to a transaction.
  static func mayHaveEffects(_ sql: String) -> Bool {
    var sql = sql
    return sql.withUTF8 { bytes in
      let start = Scanner.firstToken(in: bytes)
      guard let word = word(in: bytes, at: start), quiet.contains(word) else {
        return start < bytes.count
      }
      return containsSetter(bytes[start...])
    }
  }

  /// The word of ASCII letters at `start` in lower case; nil for one that is long, or none.
  private static func word(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> String? {
    let letters = bytes[start...].prefix(9).prefix { (65...90).contains($0 & 0xDF) }
    guard !letters.isEmpty, letters.count < 9 else { return nil }
    return String(decoding: letters.map { $0 | 0x20 }, as: UTF8.self)
  }

  /// True for a text with `set_config` in it, with a semicolon behind which something else may stand,
  /// or with an escape in which a name may hide (section 4.1.2.3).
  private static func containsSetter(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let name = StaticBytes.setConfig
    var index = bytes.startIndex
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: ";"):
        if bytes[(index + 1)...].contains(where: { $0 > 0x20 && $0 != UInt8(ascii: ";") }) {
          return true
        }
      case UInt8(ascii: "&"):
        if index > bytes.startIndex, bytes[index - 1] | 0x20 == UInt8(ascii: "u") { return true }
      case UInt8(ascii: "_"):
        let start = index - 3
        if start >= bytes.startIndex, start + name.count <= bytes.endIndex,
          zip(bytes[start...], name).allSatisfy({ ($0 == 0x5F ? $0 : $0 | 0x20) == $1 })
        {
          return true
        }
      default: break
      }
      index += 1
    }
    return false
  }

  private enum StaticBytes {
    static let setConfig = Array("set_config".utf8)
  }
}
