internal import Digests

/// The secret of an export, by which equal values become equal ones and nobody can tell which.
struct MaskKey: Sendable {
  private let salt: [UInt8]

  /// A key from a text, the same each time; a random one without.
  init(_ seed: String?) {
    if let seed {
      salt = Array(seed.utf8)
    } else {
      var generator = SystemRandomNumberGenerator()
      salt = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
  }

  /// What stands for a value, for one use.
  func digest(_ use: String, _ value: String) -> MaskDigest {
    MaskDigest(
      bytes: HMACSHA256.code(of: Array(use.utf8) + [0] + Array(value.utf8), key: salt))
  }
}

/// 256 bits of which things are chosen one after the other.
struct MaskDigest {
  let bytes: [UInt8]

  /// A number below `bound`, from the bits at `place`, of which there are four.
  func number(below bound: Int, at place: Int = 0) -> Int {
    let bits = bytes[(place * 8)..<(place * 8 + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(bits % UInt64(bound))
  }

  /// One of `words`.
  func word(_ words: [String], at place: Int = 0) -> String {
    words[number(below: words.count, at: place)]
  }

  /// Hexadecimal digits, of which there are 64.
  func hexadecimal(_ count: Int, from start: Int = 0) -> String {
    let digits = Array("0123456789abcdef")
    let all = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(all[start..<min(start + count, all.count)])
  }
}
