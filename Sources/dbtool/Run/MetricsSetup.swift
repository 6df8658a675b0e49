import ArgumentParser
import OperationMetrics

/// Where metrics of runs go.
enum MetricsKind: String, ExpressibleByArgument, CaseIterable {
  /// Amazon CloudWatch, by PutMetricData.
  case cloudwatch
  /// CloudWatch's embedded metric format, as lines on standard output or in a file.
  case emf
  /// A file in Prometheus's text format.
  case prometheus
  /// A file of JSON lines, one an operation.
  case jsonl
  /// Nowhere.
  case none
}

/// Makes what collects metrics, as the configuration asks for it.
struct MetricsSetup {
  let metrics: Configuration.Metrics
  let console: Console
  let configuration: Configuration

  /// The recorder; nil when nobody wants metrics.
  ///
  /// - Throws: `MetricError` for what cannot work, before anything is done.
  func recorder() throws -> MetricRecorder? {
    guard let exporter = try exporter() else { return nil }
    return MetricRecorder([exporter])
  }

  private func exporter() throws -> (any MetricExporter)? {
    switch metrics.kind {
    case .none: nil
    case .cloudwatch:
      try CloudWatchExporter(
        layout: metrics.layout, namespace: metrics.namespace, environment: Environment.current,
        region: metrics.region, endpoint: metrics.endpoint
      ) { [console] problem in console.warning(problem) }
    case .emf:
      EmbeddedMetricExporter(try lines(), layout: metrics.layout, namespace: metrics.namespace)
    case .prometheus:
      PrometheusExporter(file: try place("metrics.prom"), layout: metrics.layout)
    case .jsonl: JSONLinesExporter(try MetricOutput(file: try place("metrics.jsonl")))
    }
  }

  /// A document on standard output must stay one.
  private func lines() throws -> MetricOutput {
    if let file = metrics.file { return try MetricOutput(file: configuration.place(file)) }
    return console.format == .text ? .standardOutput : .standardError
  }

  private func place(_ name: String) throws -> String {
    if let file = metrics.file {
      let path = configuration.place(file)
      try Files.checkWritable(path)
      return path
    }
    let folder = configuration.place(".dbtool")
    try Files.makeFolder(folder)
    return folder + "/" + name
  }
}
