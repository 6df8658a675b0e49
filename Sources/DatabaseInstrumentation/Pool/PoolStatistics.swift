/// What a pool did so far, and does now.
public struct PoolStatistics: Sendable, Equatable {
  /// Connections that are open, or being opened.
  public var open = 0
  /// Connections that nobody uses.
  public var idle = 0
  /// Work that waits for a connection.
  public var waiting = 0
  /// Connections that were given out in all.
  public var given = 0
  /// How often one had to be waited for.
  public var waits = 0
  /// How long was waited in all.
  public var waited: Duration = .zero
  /// How long was waited at most.
  public var longestWait: Duration = .zero
  /// How often nobody gave one back in time.
  public var timeouts = 0
  /// Connections that were opened in all.
  public var opened = 0
  /// Connections that were closed because they were broken, or something was left in them.
  public var discarded = 0
  /// Connections that were closed because of their age, or because nobody used them.
  public var expired = 0
}
