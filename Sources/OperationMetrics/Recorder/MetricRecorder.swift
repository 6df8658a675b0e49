public import DatabaseInstrumentation
internal import Dispatch
internal import Synchronization

/// Collects operation records and hands them to exporters on a thread of its own.
///
/// An operation pays for one lock and the copy of a record. Nothing that exporters do can hold up or
/// fail a query: memory is bounded, and when it is full the oldest records are dropped and counted.
public final class MetricRecorder: OperationSink {
  /// How much is kept, and for how long.
  public struct Options: Sendable {
    /// Records that wait for the exporters at most.
    public var capacity = 16_384
    /// How often they are handed over.
    public var interval: Duration = .milliseconds(50)

    /// 16,384 records, twenty times a second: what was recorded is then still in the processor's cache.
    public init() {}
  }

  private struct State {
    var records: RecordRing<OperationRecord>
    var waits: RecordRing<Duration>
    var runs: [RunMeasurement] = []
    var flushes: [Flush] = []
    var droppedInAll = 0
    var isClosing: ContinuousClock.Instant?
  }

  /// Somebody waits until everything is sent.
  fileprivate struct Flush: Sendable {
    var deadline: ContinuousClock.Instant
    var done = DispatchSemaphore(value: 0)
  }

  private let state: Mutex<State>
  private let capacity: Int
  private let wakeups = DispatchSemaphore(value: 0)
  private let end = DispatchSemaphore(value: 0)
  private let exporters: [any MetricExporter]

  /// A recorder for exporters, whose thread starts at once.
  public init(_ exporters: [any MetricExporter], options: Options = Options()) {
    self.exporters = exporters
    capacity = options.capacity
    state = Mutex(
      State(
        records: RecordRing(capacity: options.capacity),
        waits: RecordRing(capacity: options.capacity / 4)))
    let thread = ExportThread(
      capacity: options.capacity, interval: options.interval, exporters: exporters)
    DispatchQueue(label: "dbtool.metrics").async { [self] in
      thread.run(
        wait: { _ = self.wakeups.wait(timeout: .now() + $0.dispatch) },
        take: { self.take(into: &$0, &$1, &$2, &$3) })
      end.signal()
    }
  }

  /// Records that were dropped so far because there were too many, and what exporters lost.
  public var lost: Int {
    state.withLock { $0.droppedInAll + $0.records.dropped } + exporters.reduce(0) { $0 + $1.lost }
  }

  /// Takes note of one operation.
  public func record(_ record: OperationRecord) {
    let isHalfFull = state.withLock { state in
      state.records.append(record)
      return state.records.count == capacity / 2
    }
    if isHalfFull { wakeups.signal() }
  }

  /// Takes note of how long somebody waited for a connection.
  public func recordWait(_ duration: Duration) {
    state.withLock { $0.waits.append(duration) }
  }

  /// Takes note of a run of a command.
  public func recordRun(_ run: RunMeasurement) { state.withLock { $0.runs.append(run) } }

  /// Has the exporters send everything now, and waits for them; recording goes on.
  ///
  /// For AWS Lambda, which stops a process between two invocations: what was recorded in one would wait for
  /// the next, which may never come.
  ///
  /// - Parameter limit: How long to wait at most.
  /// - Returns: False when the exporters did not finish in time.
  @discardableResult
  public func flush(within limit: Duration) -> Bool {
    let flush = Flush(deadline: .now + limit)
    let isOpen = state.withLock { state in
      guard state.isClosing == nil else { return false }
      state.flushes.append(flush)
      return true
    }
    guard isOpen else { return true }
    wakeups.signal()
    return flush.done.wait(timeout: .now() + limit.dispatch) == .success
  }

  /// Hands everything to the exporters, waits for them, and ends the thread; what comes later is dropped.
  ///
  /// - Parameter limit: How long to wait at most.
  /// - Returns: False when the exporters did not finish in time.
  @discardableResult
  public func close(within limit: Duration) -> Bool {
    let isFirst = state.withLock { state in
      defer { state.isClosing = state.isClosing ?? .now + limit }
      return state.isClosing == nil
    }
    guard isFirst else { return true }
    wakeups.signal()
    return end.wait(timeout: .now() + limit.dispatch) == .success
  }

  /// Exchanges what was collected for empty rings; nil once the recorder is closing.
  private func take(
    into records: inout RecordRing<OperationRecord>, _ waits: inout RecordRing<Duration>,
    _ runs: inout [RunMeasurement], _ flushes: inout [Flush]
  ) -> ContinuousClock.Instant? {
    state.withLock { state in
      swap(&state.records, &records)
      swap(&state.waits, &waits)
      swap(&state.runs, &runs)
      swap(&state.flushes, &flushes)
      state.droppedInAll += records.dropped
      return state.isClosing
    }
  }
}

/// What the recorder's thread does.
private struct ExportThread: Sendable {
  let capacity: Int
  let interval: Duration
  let exporters: [any MetricExporter]

  func run(
    wait: (Duration) -> Void,
    take: (
      inout RecordRing<OperationRecord>, inout RecordRing<Duration>, inout [RunMeasurement],
      inout [MetricRecorder.Flush]
    ) -> ContinuousClock.Instant?
  ) {
    var records = RecordRing<OperationRecord>(capacity: capacity)
    var waits = RecordRing<Duration>(capacity: capacity / 4)
    while true {
      wait(interval)
      var runs: [RunMeasurement] = []
      var flushes: [MetricRecorder.Flush] = []
      let deadline = take(&records, &waits, &runs, &flushes)
      if records.count > 0 || waits.count > 0 || !runs.isEmpty {
        hand(records, waits, runs)
        records.clear()
        waits.clear()
      }
      for flush in flushes {
        for exporter in exporters { exporter.drain(by: flush.deadline) }
        flush.done.signal()
      }
      if let deadline {
        for exporter in exporters { exporter.close(by: deadline) }
        return
      }
      let now = WallClock.now
      for exporter in exporters { exporter.flush(at: now) }
    }
  }
}

extension ExportThread {
  /// By a function of its own, after which the rings' memory is used by them alone again.
  private func hand(
    _ records: RecordRing<OperationRecord>, _ waits: RecordRing<Duration>, _ runs: [RunMeasurement]
  ) {
    let batch = MetricBatch(
      records: records.inOrder, waits: waits.inOrder, runs: runs, dropped: records.dropped)
    for exporter in exporters { exporter.export(batch) }
  }
}

extension Duration {
  /// As Dispatch takes it.
  var dispatch: DispatchTimeInterval { .nanoseconds(Int(self / .nanoseconds(1))) }
}
