/// Hides values, each always in the same way during an export.
struct Masker: Sendable {
  let key: MaskKey

  /// What stands for a value that is not NULL; nil for NULL.
  func masked(_ value: String, by mask: Mask) -> String? {
    // What is empty tells nothing, and may mean something to a CHECK.
    switch mask.kind {
    case .keep: return value
    case .null: return nil
    case .fixed(let text): return text
    default: if value.isEmpty { return value }
    }
    let value = mask.ignoresCase ? value.lowercased() : value
    switch mask.kind {
    case .number: return number(value, mask.greatest)
    case .date(let days): return DateShift(days: shift(within: days)).shifted(value)
    case .text: return text(value)
    default: return words(key.digest("\(mask.kind)", value), value, mask)
    }
  }

  /// Never 0, which would hide nothing.
  private func shift(within days: Int) -> Int {
    let number = key.digest("date", "").number(below: 2 * days)
    return number < days ? number - days : number - days + 1
  }

  private func words(_ digest: MaskDigest, _ value: String, _ mask: Mask) -> String {
    let first = digest.word(MaskWords.first)
    let last = digest.word(MaskWords.last, at: 1)
    let mark = digest.hexadecimal(16, from: 32)
    func joined(_ text: String, _ separator: String = " ") -> String {
      fitting(mask.isUnique ? text + separator + mark : text, mark, mask)
    }
    switch mask.kind {
    case .email:
      // Always with a mark: in lower case too two addresses never become the same.
      let whole = "\(first).\(last).\(mark)".lowercased() + "@example.test"
      guard let limit = mask.limit, whole.count > limit else { return whole }
      return "m\(digest.hexadecimal(max(8, min(16, limit - 14)), from: 32))@example.test"
    case .name: return joined("\(first) \(last)")
    case .firstName: return joined(first)
    case .lastName: return joined(last)
    case .city: return joined(digest.word(MaskWords.towns))
    case .address:
      let street = digest.word(MaskWords.streets, at: 3)
      return joined("\(digest.number(below: 199, at: 2) + 1) \(first) \(street)", ", ")
    case .phone:
      let digits = String(digest.number(below: 1_000, at: 1) + 1_000).dropFirst()
      return digest.word(MaskWords.phones) + digits
    case .url:
      return "https://example.test/\(first)-\(last)-\(mark)".lowercased()
    case .uuid:
      let digits = Array(digest.hexadecimal(32))
      let variant = Array("89ab")[digest.number(below: 4, at: 3)]
      return String(digits[0..<8]) + "-" + String(digits[8..<12]) + "-4" + String(digits[13..<16])
        + "-" + String(variant) + String(digits[17..<20]) + "-" + String(digits[20..<32])
    case .ip: return address(digest, value)
    default: return digest.hexadecimal(max(1, min(32, mask.limit ?? 32)))
    }
  }

  /// The text as far as the column takes it; the mark is what keeps values apart.
  private func fitting(_ text: String, _ mark: String, _ mask: Mask) -> String {
    guard let limit = mask.limit, text.count > limit else { return text }
    return mask.isUnique ? String(mark.prefix(limit)) : String(text.prefix(limit))
  }

  /// Addresses of the ranges for documentation (RFC 5737, RFC 3849).
  private func address(_ digest: MaskDigest, _ value: String) -> String {
    guard value.contains(":") else {
      let network = digest.word(["192.0.2", "198.51.100", "203.0.113"])
      return "\(network).\(digest.number(below: 254, at: 1) + 1)"
    }
    let groups = (0..<6).map { digest.hexadecimal(4, from: $0 * 4) }
    return "2001:db8:" + groups.joined(separator: ":")
  }

  /// A number with as many digits, and different for different numbers.
  private func number(_ value: String, _ greatest: UInt64?) -> String {
    let mantissa = value.prefix { $0 != "e" && $0 != "E" }
    let digits = mantissa.filter { ("0"..."9").contains($0) }
    guard mantissa.allSatisfy({ ("0"..."9").contains($0) || ["-", "+", "."].contains($0) }),
      let first = digits.firstIndex(where: { $0 != "0" })
    else { return value }
    // What stands before the last 18 digits stays, and so do zeros in front.
    let significant = digits[first...]
    let tail = significant.suffix(18)
    let isWhole = tail.count == significant.count
    let least: UInt64 = isWhole ? Self.power(tail.count - 1) : 0
    let permutation = NumberPermutation(
      key: key, range: least...Self.largest(digits: tail.count, greatest))
    guard let number = UInt64(tail), permutation.range.contains(number) else { return value }
    let image = String(permutation.image(of: number))
    var made = String(digits[..<first]) + significant.dropLast(tail.count)
    made += String(repeating: "0", count: tail.count - image.count) + image
    var rest = made[...]
    let text = mantissa.map { ("0"..."9").contains($0) ? rest.removeFirst() : $0 }
    return String(text) + value.dropFirst(mantissa.count)
  }

  /// The largest number with so many digits that the column takes.
  private static func largest(digits: Int, _ greatest: UInt64?) -> UInt64 {
    let nines = power(digits) - 1
    guard let greatest, String(greatest).count == digits else { return nines }
    return min(nines, greatest)
  }

  private static func power(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(UInt64(1)) { power, _ in power * 10 }
  }

  /// Letters for letters and digits for digits, which make no words.
  private func text(_ value: String) -> String {
    let consonants = Array("bcdfghjklmnpqrstvwxz")
    let vowels = Array("aeiouy")
    var digest = key.digest("text", value)
    var used = 0
    func next(below bound: Int) -> Int {
      if used == 32 {
        digest = MaskDigest(bytes: key.digest("text on", digest.hexadecimal(64)).bytes)
        used = 0
      }
      defer { used += 1 }
      return Int(digest.bytes[used]) % bound
    }
    var wantsVowel = false
    return String(
      value.map { character -> Character in
        if character.isNumber { return Array("0123456789")[next(below: 10)] }
        guard character.isLetter else {
          wantsVowel = false
          return character
        }
        let letters = wantsVowel ? vowels : consonants
        wantsVowel.toggle()
        let letter = letters[next(below: letters.count)]
        return character.isUppercase ? Character(letter.uppercased()) : letter
      })
  }
}
