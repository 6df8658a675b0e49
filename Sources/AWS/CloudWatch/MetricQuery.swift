/// A metric that is read, with how its values are brought together.
///
/// Amazon CloudWatch API Reference, "MetricStat".
package struct MetricQuery: Sendable, Equatable {
  /// How the values of a period become one.
  package enum Statistic: String, Sendable, Codable {
    case average = "Average"
    case sum = "Sum"
    case sampleCount = "SampleCount"
  }

  /// One value of a series.
  package struct Point: Sendable, Equatable {
    /// The beginning of its period, in seconds since 1970.
    package var time: Int64
    /// The value.
    package var value: Double

    /// A value at a time.
    package init(time: Int64, value: Double) {
      self.time = time
      self.value = value
    }
  }

  /// The metric's namespace.
  package var namespace: String
  /// Its name.
  package var name: String
  /// What tells it apart from others of its name.
  package var dimensions: [MetricDatum.Dimension]
  /// Seconds that one value stands for: a multiple of 60.
  package var period: Int
  /// How the values of a period become one.
  package var statistic: Statistic

  /// A query from its parts.
  package init(
    _ name: String, in namespace: String, dimensions: [MetricDatum.Dimension], period: Int,
    _ statistic: Statistic
  ) {
    self.namespace = namespace
    self.name = name
    self.dimensions = dimensions
    self.period = period
    self.statistic = statistic
  }
}
