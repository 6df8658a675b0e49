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
  /// At the end the lock was not held any more, so another runner may have run at the same time.
  case lockWasLost
}
