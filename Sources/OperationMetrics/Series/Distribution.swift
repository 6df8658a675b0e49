/// Values that were measured, close ones counted together.
///
/// Sum and number are exact; of each value three per cent at most are lost, which keeps percentiles.
struct Distribution: Sendable {
  private struct Bin {
    var count = 0.0
    var sum = 0.0
  }

  private var bins: [UInt32: Bin] = [:]
  private(set) var count = 0

  /// - Parameter value: A number that is not negative.
  mutating func add(_ value: Double) {
    // Exponent and the five highest bits of the fraction.
    let bin = UInt32(truncatingIfNeeded: value.bitPattern >> 47)
    bins[bin, default: Bin()].count += 1
    bins[bin, default: Bin()].sum += value
    count += 1
  }

  /// The same, each as often as it came, the smallest first.
  var repeatedValues: [Double] {
    values.sorted { $0.key < $1.key }.flatMap { repeatElement($0.key, count: Int($0.value)) }
  }

  /// The means of values that were counted together, and how many there were.
  var values: [Double: Double] {
    var values: [Double: Double] = [:]
    for bin in bins.values { values[bin.sum / bin.count, default: 0] += bin.count }
    return values
  }
}
