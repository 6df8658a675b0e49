package import AWS
internal import DatabaseInstrumentation
internal import Synchronization

/// Puts metrics into Amazon CloudWatch, a minute at a time.
///
/// Requests go out on a thread of their own. While CloudWatch does not answer, up to four megabytes of
/// them wait, then the oldest are dropped.
public final class CloudWatchExporter: MetricExporter {
  private struct State {
    var labels: TenantLabels
    /// By the minute, counted since 1970.
    var windows: [Int64: MetricWindow] = [:]
  }

  /// The namespace where nothing else is said.
  public static let defaultNamespace = "HospitalityAI"

  private let layout: MetricLayout
  private let namespace: String
  private let sender: CloudWatchSender
  private let state: Mutex<State>

  /// - Parameters:
  ///   - namespace: The metrics' namespace.
  ///   - makeClient: A client for the sending thread; asked whether to stop when the process ends.
  package init(
    layout: MetricLayout, namespace: String = CloudWatchExporter.defaultNamespace,
    onProblem: @escaping @Sendable (String) -> Void = { _ in },
    makeClient:
      @escaping @Sendable (_ isStopped: @escaping @Sendable () -> Bool) throws ->
      CloudWatchClient
  ) {
    self.layout = layout
    self.namespace = namespace
    sender = CloudWatchSender(onProblem: onProblem, makeClient: makeClient)
    state = Mutex(State(labels: TenantLabels(maximum: layout.maximumTenants)))
  }

  /// Metrics that were not taken.
  public var lost: Int { sender.lost }

  /// Adds records to the minutes they belong to.
  public func export(_ batch: MetricBatch) {
    let layout = layout
    state.withLock { state in
      for record in batch.records {
        let label = state.labels.label(for: record)
        state.windows[record.time.components.seconds / 60, default: MetricWindow(layout)]
          .add(record, tenant: label)
      }
      guard !batch.waits.isEmpty || !batch.runs.isEmpty || batch.dropped > 0 else { return }
      let minute = WallClock.now.components.seconds / 60
      for wait in batch.waits {
        state.windows[minute, default: MetricWindow(layout)].add(wait: wait)
      }
      for run in batch.runs { state.windows[minute, default: MetricWindow(layout)].add(run) }
      state.windows[minute, default: MetricWindow(layout)].add(dropped: batch.dropped)
    }
  }

  /// Sends the minutes that are over.
  public func flush(at time: Duration) { send(before: time.components.seconds / 60) }

  /// Sends everything, also of the minute that goes on.
  public func drain(by deadline: ContinuousClock.Instant) {
    send(before: .max)
    sender.wait(until: deadline)
  }

  /// Sends everything, and ends the thread that sends.
  public func close(by deadline: ContinuousClock.Instant) {
    drain(by: deadline)
    sender.close()
  }

  private func send(before limit: Int64) {
    let due = state.withLock { state in
      let due = state.windows.filter { $0.key < limit }.sorted { $0.key < $1.key }
      for minute in due { state.windows[minute.key] = nil }
      return due
    }
    for (minute, window) in due {
      guard
        let requests = try? CloudWatchClient.requests(
          window.data(at: minute * 60), namespace: namespace)
      else { continue }
      sender.send(requests)
    }
  }
}

extension MetricWindow {
  /// As CloudWatch takes it.
  fileprivate func data(at timestamp: Int64) -> [MetricDatum] {
    func datum(_ series: MetricSeries, _ values: [Double: Double]) -> MetricDatum {
      MetricDatum(
        series.name.rawValue,
        dimensions: series.dimensions.map { MetricDatum.Dimension($0.rawValue, $1) },
        unit: series.name.unit, timestamp: timestamp, values: values)
    }
    return counts.map { datum($0.key, [1: Double($0.value)]) }
      + distributions.map { datum($0.key, $0.value.values) }
  }
}

extension MetricSeries.Name {
  /// As CloudWatch names it.
  var unit: MetricDatum.Unit {
    switch self {
    case .operations, .errors, .dropped, .runs: .count
    case .durations, .waits, .runDurations: .milliseconds
    case .bytes: .bytes
    }
  }
}
