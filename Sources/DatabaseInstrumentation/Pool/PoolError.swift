/// Why a pool gave no connection.
public enum PoolError: Error, Sendable, Equatable, CustomStringConvertible {
  /// All connections were in use for too long.
  case timedOut(after: Duration, maximum: Int)
  /// More work waits already than may wait.
  case tooManyWaiting(Int)
  /// The pool was shut down.
  case closed
  /// The connection was used after the work that it was given for had ended.
  case workIsOver

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .timedOut(let limit, let maximum):
      """
      no connection was free within \(limit): all \(maximum) are in use; look for work that holds one for \
      long, or raise the pool's maximum
      """
    case .tooManyWaiting(let count):
      "\(count) are waiting for a connection already, and more may not: try again later"
    case .closed: "the pool is shut down"
    case .workIsOver:
      "the connection belonged to work that has ended: use it only inside the closure that it is given to"
    }
  }
}
