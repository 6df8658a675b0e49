/// Why metrics cannot be collected as asked.
public struct MetricError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, without a full stop.
  public var description: String

  init(_ description: String) { self.description = description }
}
