/// Values of one metric.
///
/// Amazon CloudWatch API Reference, "MetricDatum".
package struct MetricDatum: Sendable, Equatable {
  /// A name and a value that tell metrics of one name apart.
  package struct Dimension: Sendable, Hashable, Codable {
    /// Its name.
    package var Name: String
    /// Its value.
    package var Value: String

    /// A dimension; what CloudWatch does not take in either is replaced.
    package init(_ name: String, _ value: String) {
      Name = MetricDatum.text(name, limit: 255)
      Value = MetricDatum.text(value, limit: 1_024)
    }
  }

  /// What the values are.
  package enum Unit: String, Sendable, Codable {
    case count = "Count"
    case milliseconds = "Milliseconds"
    case bytes = "Bytes"
    case none = "None"
  }

  /// The metric's name.
  package var name: String
  /// What tells it apart from others of its name; 30 at most.
  package var dimensions: [Dimension]
  /// What the values are.
  package var unit: Unit
  /// Seconds since 1970.
  package var timestamp: Int64
  /// The different values and how often each came, which keeps percentiles; 150 at most.
  package var values: [Double: Double]

  /// Values of a metric.
  package init(
    _ name: String, dimensions: [Dimension] = [], unit: Unit, timestamp: Int64,
    values: [Double: Double]
  ) {
    self.name = Self.text(name, limit: 255)
    self.dimensions = dimensions
    self.unit = unit
    self.timestamp = timestamp
    self.values = values
  }

  /// CloudWatch takes ASCII that is not blank, and no colon at the beginning.
  static func text(_ text: String, limit: Int) -> String {
    var kept = String(
      decoding: text.unicodeScalars.map { scalar -> UInt8 in
        scalar.isASCII && scalar.value >= 32 && scalar.value < 127 ? UInt8(scalar.value) : 95
      }.prefix(limit), as: UTF8.self)
    if kept.first == ":" { kept = "_" + kept.dropFirst() }
    return kept.allSatisfy { $0 == " " } ? "_" : kept
  }
}
