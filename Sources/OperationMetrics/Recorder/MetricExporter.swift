public import DatabaseInstrumentation

/// Where records go that a `MetricRecorder` has collected.
///
/// The recorder's thread calls it, one call after the other, so it may take its time; while it does,
/// records wait in the recorder, and the oldest are dropped when there are too many.
public protocol MetricExporter: AnyObject, Sendable {
  /// Takes records over, in the order in which they were made.
  func export(_ batch: MetricBatch)

  /// Sends or writes what is due; called several times a second.
  ///
  /// - Parameter time: Now, since 1970-01-01 00:00 UTC.
  func flush(at time: Duration)

  /// Sends or writes everything that there is, whether it is due or not, and gives up at `deadline`.
  func drain(by deadline: ContinuousClock.Instant)

  /// The same for the last time.
  func close(by deadline: ContinuousClock.Instant)

  /// Records, or metrics made of them, that were lost on the way.
  var lost: Int { get }
}

extension MetricExporter {
  /// Nothing is left to be ended when everything is written.
  public func close(by deadline: ContinuousClock.Instant) { drain(by: deadline) }
}

/// What a recorder hands to its exporters at a time.
public struct MetricBatch: Sendable {
  /// Operations, the oldest first.
  public var records: [OperationRecord]
  /// How long was waited for connections of a pool.
  public var waits: [Duration]
  /// Runs of commands that ended.
  public var runs: [RunMeasurement]
  /// Records that were dropped before these, because there were too many.
  public var dropped: Int

  /// A batch of its parts.
  public init(
    records: [OperationRecord], waits: [Duration] = [], runs: [RunMeasurement] = [],
    dropped: Int = 0
  ) {
    self.records = records
    self.waits = waits
    self.runs = runs
    self.dropped = dropped
  }
}
