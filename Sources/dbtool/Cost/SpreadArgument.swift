import ArgumentParser
import Costs

/// A figure on the command line: `2.5`, or `1:2.5:8` for a cheap month, an expected and a dear one.
struct SpreadArgument: ExpressibleByArgument {
  let spread: Spread

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    switch numbers.count {
    case _ where numbers.count != parts.count: return nil
    case 1: spread = Spread(numbers[0])
    case 3: spread = Spread(low: numbers[0], expected: numbers[1], high: numbers[2])
    default: return nil
    }
  }
}
