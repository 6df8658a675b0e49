package import Postgres
internal import SQLSyntax

/// Applies plans.
///
/// The session must be idle and be the runner's alone: its settings are reset after each step, and
/// the lock that keeps other runners out belongs to it.
package struct MigrationRunner {
  private let connection: any Connection
  private let options: MigrationOptions
  private let progress: (MigrationEvent) -> Void
  private var ledgerExists = false
  private var finished: [FinishedStep] = []

  /// Does what `plan` says, one network wait for each step.
  ///
  /// Each step and its row in the ledger share one transaction, unless its file says otherwise.
  /// An empty plan sends nothing. Otherwise the ledger is read again once the lock is held, and
  /// what another runner has done meanwhile is not done twice.
  ///
  /// - Warning: A plan with down steps usually drops tables with all their rows.
  /// - Throws: `MigrationError`; its `state` tells what was kept.
  @discardableResult
  package static func apply(
    _ plan: MigrationPlan, on connection: any Connection, options: MigrationOptions,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws(MigrationError) -> MigrationReport {
    guard !plan.isEmpty else { return MigrationReport(runID: options.runID, finished: []) }
    guard connection.transactionStatus == .idle else {
      throw MigrationError(
        .database, "migrations need a connected session without an open transaction")
    }
    return try withoutActuallyEscaping(progress) { progress throws(MigrationError) in
      let (lock, ledger) = try RunnerLock.acquire(
        on: connection, waitLimit: options.waitLimit, progress: progress)
      var runner = MigrationRunner(connection: connection, options: options, progress: progress)
      do throws(MigrationError) {
        try runner.run(plan.replanned(for: ledger), ledgerExists: ledger.exists)
      } catch {
        _ = lock.release()
        throw error
      }
      if !lock.release() { progress(.lockWasLost) }
      return MigrationReport(runID: options.runID, finished: runner.finished)
    }
  }

  private init(
    connection: any Connection, options: MigrationOptions,
    progress: @escaping (MigrationEvent) -> Void
  ) {
    self.connection = connection
    self.options = options
    self.progress = progress
  }

  private mutating func run(_ plan: MigrationPlan, ledgerExists: Bool) throws(MigrationError) {
    self.ledgerExists = ledgerExists
    for step in plan.steps {
      progress(.started(step))
      let milliseconds =
        step.isTransactional ? try runInTransaction(step) : try runOutsideTransaction(step)
      self.ledgerExists = true
      let done = FinishedStep(step: step, durationMilliseconds: milliseconds)
      finished.append(done)
      progress(.finished(done))
    }
  }

  private func runInTransaction(_ step: MigrationStep) throws(MigrationError) -> Int {
    try send(
      .transaction(step, createsLedger: !ledgerExists, options: options), for: step)
  }

  /// Statement by statement, and the ledger's row at the end.
  private func runOutsideTransaction(_ step: MigrationStep) throws(MigrationError) -> Int {
    let failure = StepFailure(step: step, finished: finished, options: options)
    let clock = ContinuousClock()
    let start = clock.now
    do throws(MigrationError) {
      // First, so that a role that may not write the ledger finds out before anything is done.
      if !ledgerExists { _ = try send(.ledgerSetup(), for: step) }
      _ = try send(.sessionTimeouts(step.script.directives), for: step)
    } catch {
      throw failure.beforeFirstStatement(error)
    }
    for (index, statement) in step.script.statements.enumerated() {
      do {
        try connection.execute(statement.text)
      } catch {
        guard let error = error as? PostgresError else {
          throw MigrationError(from: error, doing: "running \(step.migration.label)")
        }
        tidyUp()
        throw failure.refusalOutsideTransaction(index, error)
      }
    }
    guard connection.transactionStatus == .idle else {
      tidyUp()
      throw failure.openTransaction()
    }
    let milliseconds = Int((clock.now - start) / .milliseconds(1))
    do throws(MigrationError) {
      return try send(.record(step, milliseconds: milliseconds, options: options), for: step)
    } catch {
      throw failure.outsideTransaction(error, done: step.script.statements.count)
    }
  }

  /// Sends a pipeline and reads what became of it.
  ///
  /// - Returns: The milliseconds that the ledger has for the step, 0 without a ledger row.
  private func send(
    _ pipeline: StepPipeline, for step: MigrationStep
  ) throws(MigrationError) -> Int {
    let failure = StepFailure(step: step, finished: finished, options: options)
    var refusal: (part: StepPipeline.Part, error: PostgresError)?
    var milliseconds = 0
    do {
      try connection.pipeline(pipeline.statements) { index, outcome in
        if let error = outcome.error, refusal == nil { refusal = (pipeline.parts[index], error) }
        guard let result = outcome.result else { return }
        switch pipeline.parts[index] {
        case .ledgerRow: milliseconds = result.scalar.flatMap { Int($0) } ?? 0
        // The server answers COMMIT of a failed transaction with ROLLBACK, and that is no error.
        case .commit where result.commandTag != "COMMIT":
          refusal = (.commit, PostgresError(.server, "the server rolled the transaction back"))
        default: break
        }
      }
    } catch {
      tidyUp()
      guard let error = error as? PostgresError else {
        throw MigrationError(from: error, doing: "running \(step.migration.label)")
      }
      if let refusal, error.code == .connectionLost {
        throw failure.lostConnection(refusal.error, wasRefused: true)
      }
      throw failure.lostConnection(error, wasRefused: refusal != nil)
    }
    if let refusal {
      tidyUp()
      throw failure.refusal(of: refusal.part, refusal.error)
    }
    return milliseconds
  }

  /// Leaves the session idle and with its own settings, if it is still there.
  private func tidyUp() {
    // The failure that led here is the one to report.
    if connection.transactionStatus != .idle { _ = try? connection.execute("ROLLBACK") }
    guard connection.transactionStatus == .idle else { return }
    _ = try? connection.pipeline(StepPipeline.resets().statements)
  }
}
