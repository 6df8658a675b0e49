/// Weights of 1/k to the power of an exponent, as whole numbers that are the same on every platform.
///
/// The C library's `pow` differs from one to the next in the last bit; the four operations that are
/// used here do not (IEEE 754 rounds them correctly).
package enum Zipf {
  /// The weight of the first; the others' are parts of it.
  static let unit = 1_000_000_000

  /// The weights of `count` things.
  package static func weights(_ count: Int, exponent: Double) -> [Int] {
    (0..<max(count, 0)).map { weight(rank: $0 + 1, exponent: exponent) }
  }

  /// The weight of the thing at `rank`, counted from 1.
  static func weight(rank: Int, exponent: Double) -> Int {
    max(1, Int(Double(unit) / power(Double(rank), exponent)))
  }

  /// `base` to the power of `exponent`, for a base of at least 1.
  static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 { return 1 }
    if exponent == 1 { return base }
    return exponential(exponent * logarithm(base))
  }

  /// The natural logarithm, by halving down to near 1 and the series of the inverse hyperbolic tangent.
  private static func logarithm(_ value: Double) -> Double {
    var rest = value
    var twos = 0.0
    while rest > 1.5 {
      rest /= 2
      twos += 1
    }
    let ratio = (rest - 1) / (rest + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    var divisor = 1.0
    while divisor < 60 {
      sum += term / divisor
      term *= square
      divisor += 2
    }
    return 2 * sum + twos * 0.693_147_180_559_945_3
  }

  /// The exponential function, by its series over a small argument and squaring.
  private static func exponential(_ value: Double) -> Double {
    var small = value
    var squarings = 0
    while small > 0.5 {
      small /= 2
      squarings += 1
    }
    var term = 1.0
    var sum = 1.0
    var index = 1.0
    while index < 20 {
      term *= small / index
      sum += term
      index += 1
    }
    for _ in 0..<squarings { sum *= sum }
    return sum
  }
}

/// A choice among things of different weights.
package struct WeightedChoice: Sendable, Equatable {
  /// The sums of the weights up to each thing.
  private let sums: [Int]
  /// How many things there are.
  package var count: Int { sums.count }

  /// A choice among as many things as there are weights.
  package init(weights: [Int]) {
    var total = 0
    sums = weights.map { weight in
      total += max(weight, 0)
      return total
    }
  }

  /// The thing that `random` falls on.
  @inline(__always)
  package func pick(_ random: UInt64) -> Int {
    guard let total = sums.last, total > 0 else { return 0 }
    let target = Draw.below(total, random)
    var low = 0
    var high = sums.count - 1
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// `total` things dealt out by the weights, exactly, by largest remainders; equal remainders by order.
  package static func shares(of total: Int, weights: [Int]) -> [Int] {
    let sum = weights.reduce(0, +)
    guard sum > 0, total > 0 else { return weights.map { _ in 0 } }
    var shares: [Int] = []
    var remainders: [(rest: UInt64, index: Int)] = []
    for (index, weight) in weights.enumerated() {
      let product = UInt64(total).multipliedFullWidth(by: UInt64(weight))
      let (quotient, rest) = UInt64(sum).dividingFullWidth(product)
      shares.append(Int(quotient))
      remainders.append((rest, index))
    }
    let missing = total - shares.reduce(0, +)
    let order = remainders.sorted { ($0.rest, $1.index) > ($1.rest, $0.index) }
    for (_, index) in order.prefix(missing) { shares[index] += 1 }
    return shares
  }
}
