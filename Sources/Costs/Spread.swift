/// A figure of a month that nobody knows exactly: in a cheap month, as expected, and in a dear one.
package struct Spread: Sendable, Equatable {
  /// In a cheap month.
  package var low: Double
  /// As expected.
  package var expected: Double
  /// In a dear month.
  package var high: Double

  /// A figure from its three values.
  package init(low: Double, expected: Double, high: Double) {
    self.low = low
    self.expected = expected
    self.high = high
  }

  /// A figure that is the same in every month.
  package init(_ value: Double) { self.init(low: value, expected: value, high: value) }

  /// True when no month costs less than a cheaper one.
  package var isOrdered: Bool { low <= expected && expected <= high }

  /// The same with each value changed.
  package func map(_ change: (Double) -> Double) -> Spread {
    Spread(low: change(low), expected: change(expected), high: change(high))
  }

  package static func + (left: Spread, right: Spread) -> Spread {
    Spread(
      low: left.low + right.low, expected: left.expected + right.expected,
      high: left.high + right.high)
  }

  package static func * (left: Spread, right: Spread) -> Spread {
    Spread(
      low: left.low * right.low, expected: left.expected * right.expected,
      high: left.high * right.high)
  }

  package static func * (left: Spread, right: Double) -> Spread { left.map { $0 * right } }
}
