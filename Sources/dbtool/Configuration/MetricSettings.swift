import OperationMetrics
import YAML

/// Reads `metrics:` of `dbtool.yaml`.
enum MetricSettings {
  static func read(_ section: Section) throws -> Configuration.Metrics {
    var section = section
    var metrics = Configuration.Metrics()
    metrics.kind = try choice("exporter", &section) ?? metrics.kind
    metrics.namespace = try section.text("namespace") ?? metrics.namespace
    metrics.layout.kind = try choice("layout", &section) ?? metrics.layout.kind
    metrics.layout.statuses = try choice("statuses", &section) ?? metrics.layout.statuses
    if let text = try section.text("max-tenants") {
      guard let number = Int(text), (0...1_000_000).contains(number) else {
        throw section.error(
          "metrics.max-tenants must be a number from 0 to 1000000", at: "max-tenants")
      }
      metrics.layout.maximumTenants = number
    }
    metrics.region = try section.text("region")
    metrics.endpoint = try section.text("endpoint")
    metrics.file = try section.text("file")
    metrics.prices = try section.text("prices")
    try section.finish()
    return metrics
  }

  private static func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ section: inout Section
  ) throws -> Value? {
    guard let text = try section.text(key) else { return nil }
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw section.error("metrics.\(key) must be one of \(known)", at: key)
    }
    return value
  }
}
