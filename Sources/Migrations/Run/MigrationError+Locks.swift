internal import Postgres

extension MigrationError {
  /// True when a lock did not come in time, or a deadlock was resolved at this side's cost.
  var isLockFailure: Bool {
    guard code == .statementFailed || code == .commitFailed || code == .ledger else { return false }
    return postgres?.sqlState == .lockNotAvailable || postgres?.sqlState == .deadlockDetected
  }

  /// The error as it is told after so many retries, with what was waited for as far as it was seen.
  func afterRetries(_ retries: Int, _ wait: LockWait?) -> MigrationError {
    guard isLockFailure else { return self }
    var result = self
    if retries > 0 { result.message += ", \(retries + 1) times in a row" }
    guard let wait, let blocker = wait.blockers.first else {
      result.remedy =
        "find who holds the lock (SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY "
        + "xact_start), wait for it to end, then run the command again"
      return result
    }
    result.message += "; it waited for \(wait)"
    result.remedy =
      "wait for session \(blocker.pid) to end, or end it with SELECT "
      + "pg_terminate_backend(\(blocker.pid)), then run the command again"
    return result
  }
}
