/// A run of a command, as metrics count it.
public struct RunMeasurement: Sendable, Equatable {
  /// The command, for example `migrate up`.
  public var command: String
  /// How it ended, for example `good` or `failed`.
  public var result: String
  /// How long it took.
  public var duration: Duration

  /// A run.
  public init(command: String, result: String, duration: Duration) {
    self.command = command
    self.result = result
    self.duration = duration
  }
}
