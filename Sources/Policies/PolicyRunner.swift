package import Postgres
internal import SQLSyntax

/// Plans and applies policy files.
package struct PolicyRunner: Sendable {
  /// The key of the transaction-level advisory lock that lets one runner at a time apply:
  /// `dbt.plcy` in ASCII.
  package static let advisoryLock: Int64 = 0x6462_742E_706C_6379

  /// How long a statement may wait for a lock before everything is given up.
  package var lockTimeout: Duration
  /// The version that the ledger notes.
  package var toolVersion: String
  /// The run that the ledger notes, a UUID.
  package var runID: String?

  /// A runner with its settings.
  package init(lockTimeout: Duration = .seconds(5), toolVersion: String, runID: String? = nil) {
    self.lockTimeout = lockTimeout
    self.toolVersion = toolVersion
    self.runID = runID
  }

  /// Compares the folder with the ledger: one query, and nothing is changed.
  package func plan(
    _ directory: PolicyDirectory, on connection: any Connection
  ) throws(PolicyError) -> PolicyPlan {
    try requireIdle(connection)
    do {
      return PolicyPlan(directory: directory, ledger: try PolicyLedger.read(on: connection))
    } catch {
      throw wrap(error, "the ledger dbtool.policies cannot be read")
    }
  }

  /// Applies a plan in one transaction with one network wait.
  ///
  /// After each file the session's role and settings go back to those that the session began with,
  /// so nothing that a file sets reaches the next one, the ledger or the caller.
  ///
  /// - Warning: This changes who may see which rows.
  /// - Returns: What was done.
  /// - Throws: `PolicyError`; except for `connectionLost` nothing has changed then.
  @discardableResult
  package func apply(
    _ plan: PolicyPlan, on connection: any Connection
  ) throws(PolicyError) -> PolicyReport {
    guard !plan.isEmpty else { return PolicyReport() }
    try requireIdle(connection)
    let clock = ContinuousClock()
    let start = clock.now
    let script = PolicyScript(plan, runner: self)
    do {
      let outcomes = try connection.pipeline(script.statements)
      // After an error the server skipped everything up to the end, COMMIT included.
      if let index = outcomes.firstIndex(where: { $0.error != nil }),
        let error = outcomes[index].error
      {
        if connection.transactionStatus != .idle { _ = try? connection.execute("ROLLBACK") }
        throw failure(error, at: script.origins[index], statement: script.statements[index].sql)
      }
    } catch {
      throw wrap(error, "the policies could not be applied")
    }
    return PolicyReport(
      applied: plan.filesToApply.map(\.name), forgotten: plan.removed,
      statementCount: plan.filesToApply.reduce(0) { $0 + $1.statements.count },
      duration: start.duration(to: clock.now))
  }

  var lockTimeoutMilliseconds: Int64 {
    let parts = lockTimeout.components
    return max(1, parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000)
  }

  private func requireIdle(_ connection: any Connection) throws(PolicyError) {
    guard connection.transactionStatus != .inTransaction,
      connection.transactionStatus != .failed
    else {
      throw PolicyError(
        .openTransaction, "policies cannot be planned or applied inside an open transaction")
    }
  }

  private func failure(
    _ error: PostgresError, at origin: PolicyScript.Origin?, statement: String
  ) -> PolicyError {
    let isTimeout = error.sqlState == .lockNotAvailable
    let remedy =
      isTimeout
      ? "Nothing was changed. Another session held a lock for longer than"
        + " \(lockTimeoutMilliseconds) ms: try again, or allow more time."
      : "Nothing was changed."
    guard let origin else {
      return PolicyError(
        .transactionFailed,
        statement == "COMMIT" ? "COMMIT was refused: \(error.message)" : error.message,
        statement: statement, cause: error, remedy: remedy)
    }
    return PolicyError(
      .statementFailed, error.message, file: origin.file.path,
      location: origin.file.location(of: origin.statement, position: error.position),
      statement: origin.statement.text, cause: error, remedy: remedy)
  }

  private func wrap(_ error: any Error, _ what: String) -> PolicyError {
    if let error = error as? PolicyError { return error }
    guard let cause = error as? PostgresError else {
      return PolicyError(.transactionFailed, "\(what): \(error)")
    }
    guard cause.code == .connectionLost else {
      return PolicyError(.transactionFailed, "\(what): \(cause.message)", cause: cause)
    }
    return PolicyError(
      .connectionLost, "\(what): \(cause.message)", cause: cause,
      remedy: "Whether COMMIT was reached is not known; run it again, the files are repeatable.")
  }
}
