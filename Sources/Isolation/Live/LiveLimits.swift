/// What a run beside an application at work keeps to.
package struct LiveLimits: Sendable, Equatable {
  /// How long a statement may wait for a lock, as `lock_timeout` takes it.
  package var lockTimeout: String
  /// How long a statement may run, as `statement_timeout` takes it.
  package var statementTimeout: String

  /// Limits that an application hardly notices.
  package init(lockTimeout: String = "250ms", statementTimeout: String = "2s") {
    self.lockTimeout = lockTimeout
    self.statementTimeout = statementTimeout
  }
}
