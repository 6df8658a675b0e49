extension Window {
  /// How many spans one row has before the less popular ones get theirs.
  private static let usual = 250

  /// The sums of how many spans each of `targets` rows has.
  static func sums(of total: Int, targets: Int, exponent: Double) -> [Int] {
    guard targets > 0 else { return [] }
    let weights = Zipf.weights(targets, exponent: exponent)
    var shares = WeightedChoice.shares(of: total, weights: weights)
    // What nobody could live in a year goes to those that have room.
    var left = 0
    for index in shares.indices where shares[index] > usual {
      left += shares[index] - usual
      shares[index] = usual
    }
    for index in shares.indices where left > 0 && shares[index] < usual {
      let more = min(left, usual - shares[index])
      shares[index] += more
      left -= more
    }
    if left > 0 {
      for (index, more) in WeightedChoice.shares(
        of: left, weights: shares.map { _ in 1 }
      ).enumerated() {
        shares[index] += more
      }
    }
    var sum = 0
    return shares.map { share in
      sum += share
      return sum
    }
  }

  /// The days over which so many spans are spread, each with at least one day of its own.
  func curve(slots: Int) -> SeasonCurve {
    let days = max(2 * 365, 4 * slots)
    return SeasonCurve(start: end - days, days: days, months: months)
  }

  /// A span: the lower bound, and the upper one, which is no part of it.
  func span(
    _ slot: Int, of count: Int, on curve: SeasonCurve, _ random: UInt64
  ) -> (lower: Int, upper: Int) {
    let first = curve.day(slot, of: count)
    let next = max(curve.day(slot + 1, of: count), first + 1)
    guard format == .timestamp else {
      let length = min(1 + Draw.below(longest, random), next - first)
      let lower = first + Draw.below(next - first - length + 1, Draw.mix(random))
      return (lower, lower + length)
    }
    // On the quarter of an hour, during the day.
    let quarter = 900
    let length = quarter * (1 + Draw.below(max(longest / quarter, 1), random))
    let lower = first * 86_400 + 28_800 + quarter * Draw.below(24, Draw.mix(random))
    return (lower, min(lower + length, next * 86_400))
  }
}
