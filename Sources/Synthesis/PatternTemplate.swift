/// The shape of a text: which characters may stand at each of its places.
package struct PatternTemplate: Sendable, Equatable {
  /// The characters that may stand at each place.
  package let positions: [[Character]]
  /// How many different texts there are, or as many as an `Int` holds.
  package let capacity: Int
  /// The characters as UTF-8, each once.
  private let choices: [[[UInt8]]]

  /// A template from its places.
  package init(positions: [[Character]]) {
    self.positions = positions
    choices = positions.map { characters in
      var seen: Set<Character> = []
      return characters.filter { seen.insert($0).inserted }.map { Array(String($0).utf8) }
    }
    capacity = choices.reduce(1) { product, choice in
      let (result, overflows) = product.multipliedReportingOverflow(by: max(choice.count, 1))
      return overflows ? .max : result
    }
  }

  /// A random text.
  package func sample(using random: inout SeededGenerator) -> String {
    String(positions.compactMap { $0.randomElement(using: &random) })
  }

  /// Writes the text of a number: different numbers below `capacity` give different texts.
  package func write(_ number: Int, into bytes: inout [UInt8]) {
    var rest = number
    var digits = [Int](repeating: 0, count: choices.count)
    for index in choices.indices.reversed() where choices[index].count > 1 {
      digits[index] = rest % choices[index].count
      rest /= choices[index].count
    }
    for (choice, digit) in zip(choices, digits) { bytes.append(contentsOf: choice[digit]) }
  }
}
