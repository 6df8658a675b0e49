/// How many connections a pool keeps, and for how long.
public struct PoolOptions: Sendable {
  /// The most connections at a time.
  public var maximum = 10
  /// Connections that stay although nobody uses them.
  public var minimum = 0
  /// How long work waits for a connection before it is refused.
  public var waitTimeout: Duration = .seconds(30)
  /// The most that may wait at a time; nil for any number.
  public var maximumWaiting: Int?
  /// After how long a connection that nobody uses is closed.
  public var idleTimeout: Duration = .seconds(600)
  /// After how long a connection is replaced by a new one.
  public var lifetime: Duration = .seconds(1_800)
  /// After how long without use a connection is asked whether it still works before it is used.
  public var healthCheckAfter: Duration = .seconds(30)
  /// The settings that the policies read.
  public var settings = ContextSettings()
  /// A role that work in a tenant's context takes on, for sessions that log in as another.
  public var role: String?
  /// What becomes of a statement without a tenant.
  public var mode = ContextMode.strict

  /// Ten connections.
  public init() {}
}
