internal import Postgres

extension MigrationError {
  /// True when a lock did not come in time, or a deadlock was resolved at this side's cost.
  var isLockFailure: Bool {
    guard code == .statementFailed || code == .commitFailed || code == .ledger else { return false }
    return postgres?.sqlState == .lockNotAvailable || postgres?.sqlState == .deadlockDetected
  }

  /// The error as it is told after so many retries.
  func afterRetries(_ retries: Int) -> MigrationError {
    guard isLockFailure else { return self }
    var result = self
    let times = retries == 0 ? "" : ", \(retries + 1) times in a row"
    result.message += times
    result.remedy =
      "find who holds the lock (SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY "
      + "xact_start), wait for it to end, then run the command again"
    return result
  }
}
