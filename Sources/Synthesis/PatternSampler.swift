/// Makes texts that match a regular expression or a LIKE pattern.
///
/// Knows the common part of PostgreSQL's regular expressions (section 9.7.3): literals, classes,
/// groups, alternatives, counts, anchors. What it makes are proposals: the server decides whether
/// they match.
package struct PatternSampler {
  private var input: [Character]
  private var position = 0
  /// So many atoms and no more: counts of groups multiply.
  private var remaining = 10_000
  private var depth = 0
  private var random: SeededGenerator

  private init(_ pattern: String, random: SeededGenerator) {
    input = Array(pattern)
    self.random = random
  }

  /// A text that should match the regular expression; nil when it uses what the sampler does not
  /// know.
  package static func sample(
    regularExpression pattern: String, using random: inout SeededGenerator
  ) -> String? {
    template(regularExpression: pattern, using: &random)?.sample(using: &random)
  }

  /// The shape of texts that should match the regular expression, with as many characters as
  /// `random` chose; nil when it uses what the sampler does not know.
  package static func template(
    regularExpression pattern: String, using random: inout SeededGenerator
  ) -> PatternTemplate? {
    var sampler = PatternSampler(pattern, random: SeededGenerator(seed: random.next()))
    guard let positions = sampler.alternatives(), sampler.position == sampler.input.count else {
      return nil
    }
    return PatternTemplate(positions: positions)
  }

  /// A text that matches the LIKE pattern.
  package static func sample(like pattern: String, using random: inout SeededGenerator) -> String {
    var result = ""
    var isEscaped = false
    for character in pattern {
      if isEscaped {
        result.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "%" {
        result += random.letters(6)
      } else if character == "_" {
        result += random.letters(1)
      } else {
        result.append(character)
      }
    }
    return result
  }

  private var current: Character? { position < input.count ? input[position] : nil }

  private mutating func alternatives() -> [[Character]]? {
    var branches: [[[Character]]] = []
    repeat {
      guard let branch = sequence() else { return nil }
      branches.append(branch)
    } while take("|")
    return branches.randomElement(using: &random)
  }

  private mutating func sequence() -> [[Character]]? {
    var result: [[Character]] = []
    while let character = current, character != "|", character != ")" {
      if character == "^" || character == "$" {
        position += 1
        continue
      }
      let start = position
      guard let first = atom() else { return nil }
      guard let count = quantifier() else { return nil }
      if count == 0 { continue }
      result += first
      let end = position
      // The atom is read again for each further round, so that each makes its own choices.
      for _ in 1..<max(count, 1) {
        position = start
        guard let next = atom() else { return nil }
        result += next
      }
      position = end
    }
    return result
  }

  private mutating func atom() -> [[Character]]? {
    remaining -= 1
    guard remaining > 0, let character = current else { return nil }
    position += 1
    switch character {
    case "(":
      depth += 1
      defer { depth -= 1 }
      guard depth < 100 else { return nil }
      if take("?") {
        guard take(":") else { return nil }
      }
      guard let positions = alternatives(), take(")") else { return nil }
      return positions
    case "[": return bracket().map { [$0] }
    case ".": return [Self.letters]
    case "\\": return escape()
    case "*", "+", "?": return nil
    default: return [[character]]
    }
  }

  private mutating func escape() -> [[Character]]? {
    guard let character = current else { return nil }
    position += 1
    switch character {
    case "d": return [Self.classes["digit", default: []]]
    case "w": return [Self.letters]
    case "s": return [[" "]]
    case "D", "S", "W": return [character == "W" ? ["-"] : Self.letters]
    case "A", "Z", "m", "M", "y", "Y": return []
    case "n": return [["\n"]]
    case "t": return [["\t"]]
    default: return character.isLetter || character.isNumber ? nil : [[character]]
    }
  }

  private mutating func bracket() -> [Character]? {
    let isNegated = take("^")
    var members: [Character] = []
    var isFirst = true
    while let character = current, isFirst || character != "]" {
      isFirst = false
      position += 1
      if character == "[", take(":") {
        guard let name = untilClassEnd() else { return nil }
        members += Self.classes[name] ?? []
      } else if character == "\\", let escaped = current {
        position += 1
        switch escaped {
        case "d": members += Self.classes["digit"] ?? []
        case "w": members += (Self.classes["alnum"] ?? []) + ["_"]
        case "s": members.append(" ")
        default: members.append(escaped)
        }
      } else if current == "-", position + 1 < input.count, input[position + 1] != "]" {
        let upper = input[position + 1]
        position += 2
        guard let low = character.unicodeScalars.first?.value,
          let high = upper.unicodeScalars.first?.value, low <= high, high - low < 70_000
        else { return nil }
        // A round through half of Unicode costs more than one through a letter.
        remaining -= Int(high - low) / 100
        members += (low...high).compactMap { Unicode.Scalar($0).map { Character($0) } }
      } else {
        members.append(character)
      }
    }
    guard take("]") else { return nil }
    let printable = Self.classes["alnum", default: []] + Array("-_ .@/")
    let excluded = isNegated ? Set(members) : []
    let choices = isNegated ? printable.filter { !excluded.contains($0) } : members
    return choices.isEmpty ? nil : choices
  }

  private mutating func untilClassEnd() -> String? {
    var name = ""
    while let character = current {
      position += 1
      if character == ":" { return take("]") ? name : nil }
      name.append(character)
    }
    return nil
  }

  /// How often to repeat; 1 when nothing is said, nil when the count is malformed.
  private mutating func quantifier() -> Int? {
    var count = 1
    if take("*") {
      count = Int.random(in: 0...3, using: &random)
    } else if take("+") {
      count = Int.random(in: 1...4, using: &random)
    } else if take("?") {
      count = Int.random(in: 0...1, using: &random)
    } else if take("{") {
      guard let minimum = number() else { return nil }
      var maximum = minimum
      if take(",") { maximum = number() ?? minimum + 4 }
      guard take("}"), minimum <= maximum else { return nil }
      count = Int.random(in: minimum...min(maximum, minimum + 12), using: &random)
    }
    _ = take("?")
    return count
  }

  /// PostgreSQL manual, section 9.7.3.1: counts go up to 255.
  private mutating func number() -> Int? {
    var digits = ""
    while let character = current, character.isNumber {
      digits.append(character)
      position += 1
    }
    return UInt8(digits).map { Int($0) }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard current == character else { return false }
    position += 1
    return true
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz")

  private static let classes: [String: [Character]] = [
    "alpha": Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "digit": Array("0123456789"),
    "alnum": Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    "upper": Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lower": Array("abcdefghijklmnopqrstuvwxyz"),
    "space": [" "],
    "blank": [" "],
    "graph": Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#%&-./:;"),
    "print": Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#%&-./:; "),
    "punct": Array("!#%&-./:;"),
    "xdigit": Array("0123456789abcdef"),
    "word": Array("abcdefghijklmnopqrstuvwxyz0123456789_"),
  ]
}
