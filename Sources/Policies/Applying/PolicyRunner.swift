package import Postgres
internal import SQLSyntax

/// Plans and applies policy files and a manifest.
package struct PolicyRunner: Sendable {
  /// The key of the transaction-level advisory lock that lets one runner at a time apply:
  /// `dbt.plcy` in ASCII.
  package static let advisoryLock: Int64 = 0x6462_742E_706C_6379

  /// How long a statement may wait for a lock before everything is given up; with a manifest also
  /// how long tables are locked at most.
  package var lockTimeout: Duration
  /// How often a manifest is tried again when its locks do not come.
  package var lockRetries: Backoff
  /// Ends a pause between two attempts; nil when nobody can ask to stop.
  package var cancellation: Cancellation?
  /// The version that the ledger notes.
  package var toolVersion: String
  /// The run that the ledger notes, a UUID.
  package var runID: String?

  /// A runner with its settings.
  package init(
    lockTimeout: Duration = .seconds(5), lockRetries: Backoff = Backoff(), toolVersion: String,
    runID: String? = nil
  ) {
    self.lockTimeout = lockTimeout
    self.lockRetries = lockRetries
    self.toolVersion = toolVersion
    self.runID = runID
  }

  /// Holds the folder against the database; nothing is changed and nothing locked.
  ///
  /// - Throws: `PolicyError`.
  package func plan(
    _ directory: PolicyDirectory, on connection: any Connection
  ) throws(PolicyError) -> PolicyPlan {
    try requireIdle(connection)
    do {
      let memory = try PolicyLedger.read(on: connection)
      var plan = PolicyPlan(directory: directory, ledger: memory.checksums)
      let remembered = memory.applied
      if !directory.files.isEmpty { plan.drift = remembered.drift(in: memory.current) }
      plan.fromFiles = directory.writtenPolicies
      if !directory.files.isEmpty {
        plan.fromFiles.formUnion(remembered.definitions.keys.filter { !$0.hasSuffix(".") })
      }
      if let manifest = directory.manifest {
        plan.manifest = manifest
        plan.difference = try difference(manifest, plan.fromFiles, on: connection)
      }
      return plan
    } catch {
      throw wrap(error, "the database's policies cannot be read")
    }
  }

  private func difference(
    _ manifest: PolicyManifest, _ fromFiles: Set<String>, on connection: any Connection
  ) throws -> PolicyDifference {
    let actual = try ActualState.read(for: manifest, on: connection)
    let finder = DifferenceFinder(manifest: manifest, actual: actual, fromFiles: fromFiles)
    let difference = try finder.difference()
    guard !difference.objects.isEmpty else { return difference }
    let forms = try NormalForms.read(
      finder.doubtfulExpressions, catalog: actual.catalog, on: connection)
    if let error = forms.error(in: manifest, catalog: actual.catalog) { throw error }
    return try DifferenceFinder(finder, forms).difference()
  }

  /// Applies a plan in one transaction: the SQL files in one network wait, then the manifest.
  ///
  /// After each file the session's role and settings go back to those that the session began with,
  /// so nothing that a file sets reaches the next one, the ledger or the caller.
  ///
  /// - Warning: This changes who may see which rows.
  /// - Parameter consent: Who agrees to loosening, and what is looked at before COMMIT.
  /// - Returns: What was done.
  /// - Throws: `PolicyError`; except for `connectionLost` nothing has changed then.
  @discardableResult
  package func apply(
    _ plan: PolicyPlan, on connection: any Connection, consent: PolicyConsent = PolicyConsent()
  ) throws(PolicyError) -> PolicyReport {
    guard !plan.isEmpty else { return PolicyReport() }
    try requireIdle(connection)
    let clock = ContinuousClock()
    let start = clock.now
    var report: PolicyReport
    do {
      if let manifest = plan.manifest {
        try requireDecisions(plan.difference, manifest)
        report = try ManifestApplication(
          plan: plan, manifest: manifest, runner: self, consent: consent, connection: connection
        ).run()
      } else {
        try runFiles(plan, on: connection)
        report = PolicyReport()
      }
    } catch {
      if connection.transactionStatus != .idle { _ = try? connection.execute("ROLLBACK") }
      throw wrap(error, "the policies could not be applied")
    }
    report.applied = plan.filesToApply.map(\.name)
    report.forgotten = plan.removed
    report.statementCount += plan.filesToApply.reduce(0) { $0 + $1.statements.count }
    report.duration = start.duration(to: clock.now)
    return report
  }

  /// Begins the transaction and runs the SQL files in it; without a manifest that is all.
  func runFiles(_ plan: PolicyPlan, on connection: any Connection) throws {
    let script = PolicyScript(plan, runner: self)
    let outcomes = try connection.pipeline(script.statements)
    // After an error the server skipped everything up to the end, COMMIT included.
    if let index = outcomes.firstIndex(where: { $0.error != nil }),
      let error = outcomes[index].error
    {
      throw failure(error, at: script.origins[index], statement: script.statements[index].sql)
    }
  }

  /// What the manifest wants now, inside the transaction.
  func differenceNow(
    _ plan: PolicyPlan, _ manifest: PolicyManifest, on connection: any Connection
  ) throws -> PolicyDifference {
    var fromFiles = plan.fromFiles
    if !plan.filesToApply.isEmpty {
      // What the files have just made, DO blocks too.
      fromFiles.formUnion(
        try PolicyLedger.state(on: connection).definitions.keys.filter { !$0.hasSuffix(".") })
    }
    return try difference(manifest, fromFiles, on: connection)
  }

  private func requireDecisions(
    _ difference: PolicyDifference?, _ manifest: PolicyManifest
  ) throws(PolicyError) {
    guard let difference, let first = difference.undecided.first, manifest.isStrict else { return }
    let others = difference.undecided.count - 1
    throw PolicyError(
      .undecided,
      "nobody has decided on \(first.table)"
        + (others > 0 ? " and \(others) more" : "") + ": \(first.question)",
      file: manifest.path,
      remedy:
        "Give each a line under tables: {column: …}, {parent: …}, {membership: …}, global, or "
        + "{exempt: \"the reason\"}. dbtool policies plan lists them all; strict: false in the "
        + "manifest leaves them as they are.")
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
