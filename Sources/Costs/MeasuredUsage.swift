/// What was used in the last days, from what was measured: each figure by the quietest day, the mean and the
/// busiest one.
package struct MeasuredUsage: Sendable, Equatable {
  /// A value, and when it was measured.
  package struct Point: Sendable, Equatable {
    /// Seconds since 1970.
    package var time: Int64
    /// The value.
    package var value: Double

    /// A value at a time.
    package init(time: Int64, value: Double) {
      self.time = time
      self.value = value
    }
  }

  /// What was measured; each may have no value.
  package struct Series: Sendable, Equatable {
    /// The mean capacity of the cluster's instances, in ACUs; 0 while it is paused.
    package var capacity: [Point] = []
    /// Reads and writes of storage in a span of time.
    package var io: [Point] = []
    /// Operations in a span of time.
    package var operations: [Point] = []
    /// Bytes of storage.
    package var storage: [Point] = []
    /// Bytes of backups that are paid for.
    package var backups: [Point] = []

    /// Nothing measured.
    package init() {}
  }

  /// Days of a month.
  private static let monthDays = CostEstimate.hours / 24
  private static let gigabyte = 1_073_741_824.0

  /// What is known of it.
  package private(set) var values: [UsageItem: Spread] = [:]

  /// What measurements say of what was built.
  package init(_ series: Series, in shape: StackShape) {
    let isPausing = shape.pauseAfterMinutes != nil
    // A cluster that never pauses is measured as 0 only while it is made.
    let awake = series.capacity.filter { $0.value > 0 }
    if let acu = Self.mean(awake) {
      // Means of a few minutes may lie a little beside the limits.
      let limits = (shape.awakeMinimum, max(shape.awakeMinimum, shape.maximumCapacity))
      let limited = acu.map { min(max($0, limits.0), limits.1) }
      // The mean of all instances stands for each.
      (values[.acu], values[.readerACU]) = (limited, limited)
    }
    if isPausing {
      values[.awake] = Self.mean(
        series.capacity.map { Point(time: $0.time, value: $0.value > 0 ? 1 : 0) })
    }
    let month = Self.monthDays / 1_000_000
    values[.ioMillions] = Self.sum(series.io).map { $0 * month }
    values[.requestMillions] = Self.sum(series.operations).map { $0 * month }
    values[.storageGB] = Self.mean(series.storage).map { $0 * (1 / Self.gigabyte) }
    values[.backupGB] = Self.mean(series.backups).map { $0 * (1 / Self.gigabyte) }
  }

  /// Means by the day; nil without any value.
  private static func mean(_ points: [Point]) -> Spread? {
    guard !points.isEmpty else { return nil }
    let days = days(points).map { $0.reduce(0, +) / Double($0.count) }
    let all = points.reduce(0) { $0 + $1.value } / Double(points.count)
    return ordered(days, all)
  }

  /// Sums by the day; nil without any value.
  private static func sum(_ points: [Point]) -> Spread? {
    guard !points.isEmpty else { return nil }
    let days = days(points).map { $0.reduce(0, +) }
    return ordered(days, days.reduce(0, +) / Double(days.count))
  }

  private static func ordered(_ days: [Double], _ expected: Double) -> Spread {
    // Sums that differ in their last bit must not turn the order.
    Spread(
      low: min(days.min() ?? expected, expected), expected: expected,
      high: max(days.max() ?? expected, expected))
  }

  /// The values of each day that has any.
  private static func days(_ points: [Point]) -> [[Double]] {
    Dictionary(grouping: points) { $0.time / 86_400 }.values.map { $0.map(\.value) }
  }
}
