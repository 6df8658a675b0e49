/// What is known about one value from comparisons with constants.
struct Bounds {
  private var equal: Set<ConstantValue> = []
  private var unequal: Set<ConstantValue> = []
  private var lowest: (value: Double, isIncluded: Bool)?
  private var highest: (value: Double, isIncluded: Bool)?

  mutating func add(_ symbol: String, _ value: ConstantValue) {
    switch symbol {
    case "=": equal.insert(value)
    case "<>": unequal.insert(value)
    default: break
    }
    guard case .number(let number) = value else { return }
    if ["=", ">=", ">"].contains(symbol) {
      let new = (value: number, isIncluded: symbol != ">")
      if let old = lowest {
        if number > old.value || (number == old.value && !new.isIncluded) { lowest = new }
      } else {
        lowest = new
      }
    }
    if ["=", "<=", "<"].contains(symbol) {
      let new = (value: number, isIncluded: symbol != "<")
      if let old = highest {
        if number < old.value || (number == old.value && !new.isIncluded) { highest = new }
      } else {
        highest = new
      }
    }
  }

  /// True when a comparison of the value with a constant follows.
  func imply(_ goal: Condition.Comparison) -> Bool {
    guard let constant = goal.right.constant else { return false }
    if goal.symbol == "=", equal.contains(constant) { return true }
    if goal.symbol == "<>" {
      if unequal.contains(constant) { return true }
      if equal.contains(where: { $0.differs(from: constant) }) { return true }
    }
    guard case .number(let number) = constant else { return false }
    let isAbove =
      lowest.map { $0.value > number || ($0.value == number && !$0.isIncluded) } ?? false
    let isAtLeast = lowest.map { $0.value >= number } ?? false
    let isBelow =
      highest.map { $0.value < number || ($0.value == number && !$0.isIncluded) } ?? false
    let isAtMost = highest.map { $0.value <= number } ?? false
    switch goal.symbol {
    case ">": return isAbove
    case ">=": return isAtLeast
    case "<": return isBelow
    case "<=": return isAtMost
    case "<>": return isAbove || isBelow
    default: return false
    }
  }

  /// False when a comparison cannot be true together with the others.
  func allows(_ one: Condition.Comparison) -> Bool {
    guard let constant = one.right.constant else { return true }
    if one.symbol == "=", equal.contains(where: { $0.differs(from: constant) }) { return false }
    if one.symbol == "<>", equal.contains(constant) { return false }
    guard case .number = constant, let lowest, let highest else { return true }
    return lowest.value < highest.value
      || (lowest.value == highest.value && lowest.isIncluded && highest.isIncluded)
  }
}

extension ConstantValue {
  /// True when the values are not equal whatever the column's type makes of them.
  ///
  /// Texts that differ can be one value: `'1'` and `'1.0'` as numbers, `'a'` and `'A'` as citext or
  /// in a collation that knows no case.
  func differs(from other: ConstantValue) -> Bool {
    switch (self, other) {
    case (.number(let first), .number(let second)): first != second
    case (.boolean(let first), .boolean(let second)): first != second
    case (.text(let first), .text(let second)): Self.areWords(first, second)
    default: false
    }
  }

  /// Different words of small letters stay different in any type and collation that is in use.
  private static func areWords(_ first: String, _ second: String) -> Bool {
    func isWord(_ text: String) -> Bool {
      !text.isEmpty
        && text.utf8.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
        }
    }
    // Words for truth values have several spellings.
    let truth: Set<String> = ["t", "true", "y", "yes", "on", "f", "false", "n", "no", "off"]
    return first != second && isWord(first) && isWord(second) && !truth.contains(first)
      && !truth.contains(second)
  }
}
