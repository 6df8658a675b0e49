internal import DatabaseInstrumentation

/// What was measured in one stretch of time.
struct MetricWindow: Sendable {
  private let layout: MetricLayout
  private(set) var counts: [MetricSeries: Int] = [:]
  private(set) var distributions: [MetricSeries: Distribution] = [:]

  init(_ layout: MetricLayout) { self.layout = layout }

  var isEmpty: Bool { counts.isEmpty && distributions.isEmpty }

  mutating func add(_ record: OperationRecord, tenant: String) {
    let kind = record.kind
    let code = layout.code(record.status)
    let (durations, bytes): (MetricSeries, MetricSeries)
    switch layout.kind {
    case .split:
      counts[MetricSeries(.operations, operation: kind, status: code), default: 0] += 1
      counts[MetricSeries(.operations, tenant: tenant), default: 0] += 1
      durations = MetricSeries(.durations, operation: kind)
      bytes = MetricSeries(.bytes, operation: kind)
    case .full:
      counts[
        MetricSeries(.operations, tenant: tenant, operation: kind, status: code), default: 0] += 1
      durations = MetricSeries(.durations, tenant: tenant, operation: kind, status: code)
      bytes = MetricSeries(.bytes, tenant: tenant, operation: kind, status: code)
    }
    distributions[durations, default: Distribution()].add(record.duration / .milliseconds(1))
    distributions[bytes, default: Distribution()].add(
      Double(record.bytesSent + record.bytesReceived))
    let statusClass = StatusClass(status: record.status)
    if statusClass.isError {
      counts[MetricSeries(.errors, statusClass: statusClass), default: 0] += 1
    }
  }

  mutating func add(wait: Duration) {
    distributions[MetricSeries(.waits), default: Distribution()].add(wait / .milliseconds(1))
  }

  mutating func add(_ run: RunMeasurement) {
    counts[MetricSeries(.runs, command: run.command, result: run.result), default: 0] += 1
    distributions[MetricSeries(.runDurations, command: run.command), default: Distribution()].add(
      run.duration / .milliseconds(1))
  }

  mutating func add(dropped: Int) {
    if dropped > 0 { counts[MetricSeries(.dropped), default: 0] += dropped }
  }
}
