internal import Postgres

/// Tenant ids that a careless comparison takes for another one.
///
/// `lower(a) = lower(b)`, `LIKE a || '%'`, `left(a, 8) = left(b, 8)`, `a % 1024 = b % 1024` and the
/// like hold for ids that are not equal.
struct LookAlikes {
  /// Ids that resemble `tenant`, in the text form of `type`.
  static func of(_ tenant: String, type: ColumnType) -> [String] {
    let candidates: [String]
    switch type.baseName {
    case "int2", "int4", "int8", "numeric":
      candidates = numbers(like: tenant)
    case "uuid":
      candidates = uuids(like: tenant)
    default:
      candidates = texts(like: tenant)
    }
    var seen: Set<String> = [tenant]
    return candidates.filter { seen.insert($0).inserted }
  }

  /// Contexts that are no ids, but match or begin `tenant` where ids are compared as patterns.
  static func patterns(of tenant: String) -> [String] {
    let parts = ["%", String(repeating: "_", count: tenant.count), tenant.prefix(1) + "%"]
    return parts + [4, 8].filter { $0 < tenant.count }.map { String(tenant.prefix($0)) }
  }

  /// False for a text that is plainly no value of `type`: asking the server for it costs a refusal.
  static func mayBe(_ text: String, of type: ColumnType) -> Bool {
    switch type.baseName {
    case "int2", "int4", "int8": Int(text) != nil
    case "numeric": Double(text) != nil
    case "uuid": text.filter(\.isHexDigit).count == 32
    default: true
    }
  }

  private static func numbers(like tenant: String) -> [String] {
    guard let number = Int(tenant) else { return [] }
    let powersOfTwo = [8, 10, 12, 16, 20, 31, 32].map { 1 << $0 }
    let powersOfTen = [10, 100, 1_000, 10_000, 1_000_000]
    let distances = [1] + powersOfTwo + powersOfTen
    return distances.flatMap { [number &+ $0, number &- $0] }.map { String($0) }
      + ["-" + tenant, tenant + "0", String(tenant.dropLast())]
  }

  private static func uuids(like tenant: String) -> [String] {
    // The same beginning, or the same end, of the lengths at which people cut.
    let zeros = "00000000-0000-0000-0000-000000000000"
    return [8, 13, 18, 23].flatMap { length in
      [
        tenant.prefix(length) + zeros.dropFirst(length),
        zeros.prefix(36 - length) + tenant.suffix(length),
      ].map { String($0) }
    }
  }

  private static func texts(like tenant: String) -> [String] {
    let cases = [
      tenant.uppercased(), tenant.lowercased(), tenant.prefix(1).uppercased() + tenant.dropFirst(),
    ]
    let longer = [
      tenant + "x", "x" + tenant, tenant + " ", " " + tenant, tenant + "-2", "x" + tenant + "x",
    ]
    let shorter = [String(tenant.dropLast()), String(tenant.dropFirst())]
    let cut = [2, 3, 4, 6, 8, 10, 12, 16, 20, 32, 36, 40].compactMap { length -> String? in
      guard tenant.count >= length else {
        // The same once both are padded or cut to this length.
        return nil
      }
      return tenant.prefix(length) + "zz"
    }
    let patterns = ["%", "_", String(repeating: "_", count: tenant.count), tenant.prefix(1) + "%"]
    return cases + longer + shorter + cut + sameShape(as: tenant) + patterns
  }

  /// Ids of the same length and the same kinds of characters, with the same beginning or end of the
  /// lengths at which people cut: where a CHECK says what ids look like, these still are some.
  private static func sameShape(as tenant: String) -> [String] {
    // A letter that ids begin with, as in `t0123` and `org_0123`, stays.
    let word = tenant.prefix { !$0.isNumber }
    var ids: [String] = []
    for length in [2, 3, 4, 6, 8, 10, 12, 16, 20, 32, 36] where length < tenant.count {
      ids.append(tenant.prefix(length) + shifted(tenant.dropFirst(length)))
      let head = word.prefix(max(1, tenant.count - length))
      let middle = tenant.dropFirst(head.count).dropLast(length)
      if head.count + length <= tenant.count {
        ids.append(head + shifted(middle) + tenant.suffix(length))
      }
    }
    return ids
  }

  private static func shifted(_ text: Substring) -> String { String(text.map(shifted)) }

  /// Another character of the same kind; a hexadecimal digit stays one.
  private static func shifted(_ character: Character) -> Character {
    switch character {
    case "9": "0"
    case "f": "a"
    case "F": "A"
    case "z": "g"
    case "Z": "G"
    case "0"..."8", "a"..."e", "g"..."y", "A"..."E", "G"..."Y":
      character.asciiValue.map { Character(UnicodeScalar($0 + 1)) } ?? character
    default: character
    }
  }
}
