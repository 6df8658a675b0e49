import Costs
import Testing

@Suite("What was measured")
struct MeasuredTests {
  private static let day: Int64 = 86_400

  /// A value each six hours of some days.
  private func points(_ days: [Double]...) -> [MeasuredUsage.Point] {
    days.enumerated().flatMap { day, values in
      values.enumerated().map { index, value in
        MeasuredUsage.Point(time: Int64(day) * Self.day + Int64(index) * 21_600, value: value)
      }
    }
  }

  private func measured(
    pausing: Bool = false, _ change: (inout MeasuredUsage.Series) -> Void
  ) -> [UsageItem: Spread] {
    var shape = StackShape()
    if pausing { (shape.minimumCapacity, shape.pauseAfterMinutes) = (0, 30) }
    var series = MeasuredUsage.Series()
    change(&series)
    return MeasuredUsage(series, in: shape).values
  }

  @Test("capacity is the mean of all values, between the quietest day and the busiest one")
  func capacity() {
    let values = measured { $0.capacity = points([1, 1, 1, 1], [1, 3, 3, 1], [4, 4]) }
    #expect(values[.acu] == Spread(low: 1, expected: 2, high: 4))
    #expect(values[.readerACU] == values[.acu] && values[.awake] == nil)
  }

  @Test("where it pauses the share that it is awake is apart, and the product is what was measured")
  func pauses() throws {
    let values = measured(pausing: true) {
      $0.capacity = points([0, 0, 0, 0], [2, 2, 0, 0], [1, 1, 1, 1])
    }
    let (acu, awake) = (try #require(values[.acu]), try #require(values[.awake]))
    #expect(awake == Spread(low: 0, expected: 0.5, high: 1))
    #expect(abs(acu.expected * awake.expected - 8.0 / 12) < 1e-9)
  }

  @Test("reads and writes of all days become those of a month of 730 hours")
  func io() throws {
    let values = measured { $0.io = points([1_000_000], [2_000_000, 1_000_000]) }
    let io = try #require(values[.ioMillions])
    #expect(abs(io.low - 30.4167) < 0.001 && abs(io.high - 91.25) < 0.001)
    #expect(abs(io.expected - 60.8333) < 0.001)
  }

  @Test("bytes become gigabytes of 1,024 three times")
  func bytes() {
    let values = measured { $0.storage = points([1_073_741_824], [3_221_225_472]) }
    #expect(values[.storageGB] == Spread(low: 1, expected: 2, high: 3))
  }

  @Test("nothing measured is nothing known, and never none")
  func nothing() {
    #expect(measured { _ in }.isEmpty)
    #expect(measured(pausing: true) { $0.io = points([5]) }.count == 1)
  }

  @Test("what was measured is always taken as usage, also a little beside the limits")
  func accepted() throws {
    var shape = StackShape()
    var series = MeasuredUsage.Series()
    series.capacity = points([0.49], [4.01])
    for values in [[0.1, 0.2, 0.3], [1e9 / 3, 1e9 / 7]] {
      (series.io, series.operations, series.storage) = (
        points(values), points(values), points(values)
      )
      let usage = try Usage(MeasuredUsage(series, in: shape).values, in: Deployment(shape))
      #expect(usage[.acu].low == 0.5 && usage[.acu].high == 4)
      shape.readers = 1
    }
  }
}
