/// A price that holds up to a number of things.
package struct PriceTier: Sendable, Equatable {
  /// The number of things in all up to which it holds; nil for the last one.
  package var upTo: Int?
  /// Dollars for one of them.
  package var price: Double

  /// A tier.
  package init(upTo: Int?, price: Double) {
    self.upTo = upTo
    self.price = price
  }
}

extension [PriceTier] {
  /// Dollars for so many things, each at the price of the tier that it falls into.
  package func price(of count: Double) -> Double {
    var rest = count
    var reached = 0.0
    var sum = 0.0
    for tier in self {
      let part = tier.upTo.map { Swift.min(rest, Swift.max(0, Double($0) - reached)) } ?? rest
      sum += part * tier.price
      rest -= part
      reached += part
    }
    return sum
  }
}
