/// Something that takes note of operations.
///
/// `record` is called on the thread that runs the operation, so it has to be quick and must not
/// fail.
public protocol OperationSink: AnyObject, Sendable {
  /// Takes note of one operation.
  func record(_ record: OperationRecord)

  /// Takes note of how long somebody waited for a connection of a pool.
  func recordWait(_ duration: Duration)
}

extension OperationSink {
  /// Nothing: not every sink counts it.
  public func recordWait(_ duration: Duration) {}
}

/// Several sinks as one.
public final class SinkGroup: OperationSink {
  private let sinks: [any OperationSink]

  /// Each of `sinks` hears of everything, in this order.
  public init(_ sinks: [any OperationSink]) { self.sinks = sinks }

  /// Hands the record on to each sink.
  public func record(_ record: OperationRecord) {
    for sink in sinks { sink.record(record) }
  }

  /// Hands the wait on to each sink.
  public func recordWait(_ duration: Duration) {
    for sink in sinks { sink.recordWait(duration) }
  }
}
