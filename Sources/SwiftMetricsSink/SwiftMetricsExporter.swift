public import CoreMetrics
internal import DatabaseInstrumentation
public import OperationMetrics
internal import SQLSyntax
internal import Synchronization

/// Hands metrics to swift-metrics, and so to whatever backend a process has chosen.
///
/// Counters `database_operations` by operation and status, and `database_tenant_operations` by tenant; a
/// timer `database_operation_duration` and a recorder `database_operation_bytes` by operation; a timer
/// `database_pool_wait`.
public final class SwiftMetricsExporter: MetricExporter {
  private struct Key: Hashable {
    var kind: StatementKind
    var status: String
  }

  private struct State {
    var labels: TenantLabels
    var operations: [Key: Counter] = [:]
    var tenants: [String: Counter] = [:]
    var durations: [StatementKind: Timer] = [:]
    var bytes: [StatementKind: Recorder] = [:]
  }

  private let layout: MetricLayout
  private let factory: any MetricsFactory
  private let waits: Timer
  private let dropped: Counter
  private let state: Mutex<State>

  /// - Parameters:
  ///   - layout: The metrics and their dimensions.
  ///   - factory: The backend; by default the one that the process has chosen.
  public init(
    layout: MetricLayout = MetricLayout(), factory: any MetricsFactory = MetricsSystem.factory
  ) {
    self.layout = layout
    self.factory = factory
    waits = Timer(label: "database_pool_wait", factory: factory)
    dropped = Counter(label: "database_records_dropped", factory: factory)
    state = Mutex(State(labels: TenantLabels(maximum: layout.maximumTenants)))
  }

  /// None: swift-metrics does not tell.
  public var lost: Int { 0 }

  /// Hands the records on.
  public func export(_ batch: MetricBatch) {
    state.withLock { state in
      for record in batch.records {
        let key = Key(kind: record.kind, status: layout.code(record.status))
        counter(key, &state).increment()
        counter(ofTenant: state.labels.label(for: record), &state).increment()
        timer(key.kind, &state).recordNanoseconds(Int64(record.duration / .nanoseconds(1)))
        recorder(key.kind, &state).record(record.bytesSent + record.bytesReceived)
      }
    }
    for wait in batch.waits { waits.recordNanoseconds(Int64(wait / .nanoseconds(1))) }
    for run in batch.runs {
      Counter(
        label: "database_runs", dimensions: [("command", run.command), ("result", run.result)],
        factory: factory
      ).increment()
    }
    if batch.dropped > 0 { dropped.increment(by: batch.dropped) }
  }

  /// Nothing waits.
  public func flush(at time: Duration) {}
  /// Nothing waits.
  public func drain(by deadline: ContinuousClock.Instant) {}

  private func counter(_ key: Key, _ state: inout State) -> Counter {
    if let known = state.operations[key] { return known }
    let counter = Counter(
      label: "database_operations",
      dimensions: [("operation", key.kind.rawValue), ("status", key.status)], factory: factory)
    state.operations[key] = counter
    return counter
  }

  private func counter(ofTenant tenant: String, _ state: inout State) -> Counter {
    if let known = state.tenants[tenant] { return known }
    let counter = Counter(
      label: "database_tenant_operations", dimensions: [("tenant", tenant)], factory: factory)
    state.tenants[tenant] = counter
    return counter
  }

  private func timer(_ kind: StatementKind, _ state: inout State) -> Timer {
    if let known = state.durations[kind] { return known }
    let timer = Timer(
      label: "database_operation_duration", dimensions: [("operation", kind.rawValue)],
      factory: factory)
    state.durations[kind] = timer
    return timer
  }

  private func recorder(_ kind: StatementKind, _ state: inout State) -> Recorder {
    if let known = state.bytes[kind] { return known }
    let recorder = Recorder(
      label: "database_operation_bytes", dimensions: [("operation", kind.rawValue)],
      aggregate: true, factory: factory)
    state.bytes[kind] = recorder
    return recorder
  }
}
