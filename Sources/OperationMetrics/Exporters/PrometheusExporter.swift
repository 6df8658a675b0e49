internal import DatabaseInstrumentation
internal import SQLSyntax
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes metrics into a file in Prometheus's text format, for the node exporter's textfile collector or a
/// server of one's own.
///
/// Prometheus documentation, "Exposition formats". The file is replaced as a whole, so that nobody reads
/// half of it.
public final class PrometheusExporter: MetricExporter {
  private struct Key: Hashable {
    var kind: StatementKind
    var status: String
  }

  private struct Histogram {
    /// Seconds; what is longer counts as infinite.
    static let limits = [
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    var counts = [Int](repeating: 0, count: limits.count)
    var count = 0
    var sum = 0.0

    mutating func add(_ seconds: Double) {
      if let index = Self.limits.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
      count += 1
      sum += seconds
    }
  }

  private struct State {
    var labels: TenantLabels
    var operations: [Key: Int] = [:]
    var tenants: [String: Int] = [:]
    var sent: [StatementKind: Int] = [:]
    var received: [StatementKind: Int] = [:]
    var rows: [StatementKind: Int] = [:]
    var durations: [StatementKind: Histogram] = [:]
    var waits: Histogram?
    var runs: [RunMeasurement] = []
    var dropped = 0
    var lastFlush: Duration = .zero
    var lost = 0
  }

  private let path: String
  private let layout: MetricLayout
  private let interval: Duration
  private let state: Mutex<State>

  /// - Parameters:
  ///   - path: The file.
  ///   - layout: The metrics and their dimensions.
  ///   - interval: How often it is written.
  public init(
    file path: String, layout: MetricLayout = MetricLayout(), interval: Duration = .seconds(5)
  ) {
    self.path = path
    self.layout = layout
    self.interval = interval
    state = Mutex(State(labels: TenantLabels(maximum: layout.maximumTenants)))
  }

  /// How often the file could not be written.
  public var lost: Int { state.withLock { $0.lost } }

  /// Adds records to the counters.
  public func export(_ batch: MetricBatch) {
    state.withLock { state in
      for record in batch.records {
        let kind = record.kind
        state.operations[Key(kind: kind, status: layout.code(record.status)), default: 0] += 1
        state.tenants[state.labels.label(for: record), default: 0] += 1
        state.sent[kind, default: 0] += record.bytesSent
        state.received[kind, default: 0] += record.bytesReceived
        state.rows[kind, default: 0] += record.rows
        state.durations[kind, default: Histogram()].add(record.duration / .seconds(1))
      }
      if !batch.waits.isEmpty {
        var waits = state.waits ?? Histogram()
        for wait in batch.waits { waits.add(wait / .seconds(1)) }
        state.waits = waits
      }
      state.runs += batch.runs
      state.dropped += batch.dropped
    }
  }

  /// Writes the file once its time has come.
  public func flush(at time: Duration) {
    let isDue = state.withLock { state in
      guard time - state.lastFlush >= interval else { return false }
      state.lastFlush = time
      return true
    }
    if isDue { write() }
  }

  /// Writes the file.
  public func drain(by deadline: ContinuousClock.Instant) { write() }

  /// The metrics as they are now.
  public var text: String {
    let state = state.withLock { $0 }
    var text = PrometheusText()
    text.counter(
      "database_operations_total", "Database operations by kind and status.",
      state.operations.map {
        ([("operation", $0.key.kind.rawValue), ("status", $0.key.status)], $0.value)
      })
    text.counter(
      "database_tenant_operations_total", "Database operations by tenant.",
      state.tenants.map { ([("tenant", $0.key)], $0.value) })
    for (name, help, values) in [
      ("database_sent_bytes_total", "Bytes of SQL and parameters sent.", state.sent),
      ("database_received_bytes_total", "Bytes of values received.", state.received),
      ("database_rows_total", "Rows returned or changed.", state.rows),
    ] {
      text.counter(name, help, values.map { ([("operation", $0.key.rawValue)], $0.value) })
    }
    text.head("database_operation_duration_seconds", "histogram", "How long operations took.")
    for (kind, histogram) in state.durations.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      text.histogram(
        "database_operation_duration_seconds", [("operation", kind.rawValue)], Histogram.limits,
        histogram.counts, histogram.count, histogram.sum)
    }
    if let waits = state.waits {
      text.head("database_pool_wait_seconds", "histogram", "How long connections were waited for.")
      text.histogram(
        "database_pool_wait_seconds", [], Histogram.limits, waits.counts, waits.count, waits.sum)
    }
    if !state.runs.isEmpty {
      // A process is one run; the time tells a scraper how old the others are.
      text.gauge(
        "database_run_duration_seconds", "How long the last run of a command took.",
        state.runs.map {
          ([("command", $0.command), ("result", $0.result)], $0.duration / .seconds(1))
        })
    }
    text.counter(
      "database_records_dropped_total", "Records that were lost because there were too many.",
      [([], state.dropped)])
    return text.text
  }

  private static func target(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return errno == ENOENT ? path : nil }
    guard status.st_mode & S_IFMT == S_IFREG, let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Replaces the file, or the one that a link at its place leads to.
  ///
  /// What is no file is left alone: renaming over a device would take it away from everybody.
  private func write() {
    guard let path = Self.target(of: path) else {
      state.withLock { $0.lost += 1 }
      return
    }
    let draft = "\(path).\(getpid()).new"
    var isWritten = false
    if let file = Descriptor(writing: draft, appends: false) {
      isWritten = file.writeAll(Array(text.utf8))
      file.finish()
      isWritten = isWritten && rename(draft, path) == 0
      if !isWritten { unlink(draft) }
    }
    if !isWritten { state.withLock { $0.lost += 1 } }
  }
}
