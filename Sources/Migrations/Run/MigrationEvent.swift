/// What happens while a plan is applied.
package enum MigrationEvent: Sendable, Equatable {
  /// Another runner is at work; heard again when somebody else holds the lock.
  ///
  /// Nil when the holder is gone by the time it is looked up, or not to be seen.
  case waiting(LockHolder?)
  /// A step begins.
  case started(MigrationStep)
  /// A step is committed.
  case finished(FinishedStep)
  /// A step outside a transaction is taken up again where an earlier run was stopped.
  case resuming(MigrationStep, done: Int)
  /// An INVALID index that an earlier try of a step left was dropped.
  case clearedIndex(MigrationStep, String)
  /// One on a TOAST table stays, since this role may not drop it.
  case keptIndex(MigrationStep, String)
  /// A step waits for a lock; heard again when somebody else is in the way.
  case blocked(MigrationStep, LockWait)
  /// A step waited too long for a lock, nothing of it was kept, and it is tried again after a pause.
  case retrying(MigrationStep, MigrationError, pause: Duration)
  /// At the end the lock was not held any more, so another runner may have run at the same time.
  case lockWasLost
}
