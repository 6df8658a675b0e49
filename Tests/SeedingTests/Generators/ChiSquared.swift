/// Pearson's chi-squared test of counts against what is expected of them.
enum ChiSquared {
  /// The statistic.
  static func statistic(_ counts: [Int], expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { sum, pair in
      let difference = Double(pair.0) - pair.1
      return sum + difference * difference / pair.1
    }
  }

  /// What the statistic exceeds once in ten thousand times, by Wilson and Hilferty's approximation.
  static func limit(freedom: Int) -> Double {
    let degrees = Double(freedom)
    let part = 2 / (9 * degrees)
    let root = 1 - part + 3.719 * part.squareRoot()
    return degrees * root * root * root
  }

  /// True when counts are as weights say.
  static func fits(_ counts: [Int], weights: [Double]) -> Bool {
    let total = Double(counts.reduce(0, +))
    let sum = weights.reduce(0, +)
    return statistic(counts, expected: weights.map { $0 / sum * total })
      < limit(freedom: counts.count - 1)
  }
}
