/// Days of a span of time, of which those of the season come three times as often.
package struct SeasonCurve: Sendable, Equatable {
  /// The first day, since 1970-01-01.
  package let start: Int
  /// How many days there are.
  package let days: Int
  /// The sums of the days' weights; empty when all weigh the same.
  private let sums: [Int]

  /// How much more often a day of the season comes.
  static let weight = 3
  /// Longer spans have no seasons.
  private static let limit = 36_525

  /// The curve of a span.
  ///
  /// - Parameter months: The months of the season, from 1; none for no season.
  package init(start: Int, days: Int, months: [Int]) {
    self.start = start
    self.days = max(days, 1)
    guard !months.isEmpty, days <= Self.limit else {
      sums = []
      return
    }
    var total = 0
    sums = (0..<max(days, 1)).map { day in
      total += months.contains(CivilDate(days: start + day).month) ? Self.weight : 1
      return total
    }
  }

  /// The sum of all days' weights.
  private var total: Int { sums.last ?? days }

  /// The day at which `part` of `whole` of the weight is used up.
  ///
  /// Grows with `part`, so that parts make spans that do not overlap.
  func day(_ part: Int, of whole: Int) -> Int {
    let (high, low) = UInt64(max(part, 0)).multipliedFullWidth(by: UInt64(total))
    let target = Int(UInt64(max(whole, 1)).dividingFullWidth((high, low)).quotient)
    return start + index(target)
  }

  /// A random day.
  @inline(__always)
  func day(_ random: UInt64) -> Int { start + index(Draw.below(total, random)) }

  @inline(__always)
  private func index(_ target: Int) -> Int {
    guard !sums.isEmpty else { return min(target, days) }
    if target >= total { return days }
    var low = 0
    var high = sums.count - 1
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
