internal import Synchronization

/// The right to use a connection of a pool until work ends.
final class PoolLease: Sendable {
  /// The lease that the current task works under; tasks that it starts inherit it.
  @TaskLocal static var current: PoolLease?

  let session: PoolSession
  /// Whose data the work may touch; nil for exempt work.
  let context: TenantContext?
  private let pool: ObjectIdentifier
  private let isOver = Atomic(false)

  init(_ session: PoolSession, context: TenantContext?, pool: ConnectionPool) {
    self.session = session
    self.context = context
    self.pool = ObjectIdentifier(pool)
  }

  /// False once the work has ended.
  var isOpen: Bool { !isOver.load(ordering: .acquiring) }

  /// Ends it: who kept the connection can do nothing with it.
  func end() { isOver.store(true, ordering: .releasing) }

  /// The lease of the current task with `pool`, as long as its work goes on.
  static func current(of pool: ConnectionPool) -> PoolLease? {
    guard let current, current.pool == ObjectIdentifier(pool), current.isOpen else { return nil }
    return current
  }
}
