package import Postgres
internal import SQLSyntax

/// Applies plans.
///
/// The session must be idle and be the runner's alone: its settings are reset after each step, and
/// the lock that keeps other runners out belongs to it.
package struct MigrationRunner {
  private let lock: RunnerLock
  private var connection: any Connection { lock.connection }
  private let options: MigrationOptions
  private let progress: (MigrationEvent) -> Void
  private var ledgerExists = false
  private var applied: [Int64] = []
  private let watch: LockWatch?
  private var finished: [FinishedStep] = []
  /// Whether the lock was held to the end, once it was given back with the last step.
  private var heldToTheEnd: Bool?

  /// Does what `plan` says; all steps in transactions that follow each other cost one network wait.
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
        on: connection, place: options.place, waitLimit: options.waitLimit,
        cancellation: options.cancellation, progress: progress)
      var options = options
      options.lease = lock.lease
      var runner = MigrationRunner(lock: lock, options: options, progress: progress)
      do throws(MigrationError) {
        let ledger = try ledger.withTexts(of: plan.directory, on: connection)
        try runner.run(plan.replanned(for: ledger), from: ledger)
      } catch {
        _ = lock.release()
        throw error
      }
      if !(runner.heldToTheEnd ?? lock.release()) { progress(.lockWasLost) }
      return MigrationReport(runID: options.runID, finished: runner.finished)
    }
  }

  private init(
    lock: RunnerLock, options: MigrationOptions, progress: @escaping (MigrationEvent) -> Void
  ) {
    self.lock = lock
    watch = options.observer.map { LockWatch(pid: lock.backendPID, open: $0) }
    self.options = options
    self.progress = progress
  }

  private mutating func run(
    _ plan: MigrationPlan, from ledger: MigrationLedger
  ) throws(MigrationError) {
    try PayloadRequirements.check(plan, on: connection)
    ledgerExists = ledger.exists
    applied = ledger.entries.map(\.version)
    var rest = plan.steps[...]
    while let step = rest.first {
      if step.isTransactional {
        let together = rest.prefix(while: \.isTransactional)
        try runTogether(together, isLast: together.count == rest.count)
        rest = rest.dropFirst(together.count)
      } else {
        progress(.started(step))
        finish(step, milliseconds: try runOutsideTransaction(step))
        rest = rest.dropFirst()
      }
    }
  }

  private mutating func finish(_ step: MigrationStep, milliseconds: Int) {
    ledgerExists = true
    switch step.direction {
    case .up: applied.append(step.migration.version)
    case .down: applied.removeAll { $0 == step.migration.version }
    }
    let done = FinishedStep(step: step, durationMilliseconds: milliseconds)
    finished.append(done)
    progress(.finished(done))
  }

  /// All steps with one network wait, each in a transaction of its own.
  ///
  /// There is no synchronization point before the end: after an error the server runs nothing more.
  ///
  /// - Parameter isLast: Nothing comes after them, so that the lock's end can be sent with them.
  private mutating func runTogether(
    _ steps: ArraySlice<MigrationStep>, isLast: Bool
  ) throws(MigrationError) {
    var rest = steps
    var retries = 0
    while let step = rest.first {
      let before = finished.count
      do throws(MigrationError) {
        progress(.started(step))
        if try send(pipelines(for: rest), for: rest, releasesLock: isLast) { return }
        rest = rest.dropFirst(finished.count - before)
        retries = 0
      } catch {
        rest = rest.dropFirst(finished.count - before)
        // Others are tried as often as the first.
        if finished.count > before { retries = 0 }
        retries += 1
        guard error.isLockFailure, let step = rest.first,
          let pause = options.lockRetries.pause(before: retries)
        else { throw error.afterRetries(retries - 1, watch?.last) }
        progress(.retrying(step, error, pause: pause))
        try options.sleep(pause, afterwards: error)
      }
    }
  }

  /// What to send for steps that follow each other.
  private func pipelines(for steps: ArraySlice<MigrationStep>) -> [StepPipeline] {
    var applied = applied
    var createsLedger = !ledgerExists
    return steps.enumerated().map { index, step in
      let version = step.migration.version
      let predecessor = step.direction == .up ? applied.last : version
      if step.direction == .up {
        applied.append(version)
      } else {
        applied.removeAll { $0 == version }
      }
      defer { createsLedger = false }
      return .transaction(
        step, after: predecessor, createsLedger: createsLedger, isFirst: index == 0,
        isFollowed: index + 1 < steps.count, options: options)
    }
  }

  /// Statement by statement, each recorded, and the ledger's row at the end.
  private func runOutsideTransaction(_ step: MigrationStep) throws(MigrationError) -> Int {
    let failure = StepFailure(step: step, finished: finished, options: options)
    let clock = ContinuousClock()
    let start = clock.now
    let run = ResumableRun(
      connection: connection, step: step, options: options, failure: failure, watch: watch,
      tell: progress)
    do throws(MigrationError) {
      try run.run(
        after: step.direction == .up ? applied.last : step.migration.version,
        createsLedger: !ledgerExists)
    } catch {
      tidyUp()
      throw error
    }
    let milliseconds = Int((clock.now - start) / .milliseconds(1))
    do throws(MigrationError) {
      return try send(.record(step, milliseconds: milliseconds, options: options), for: step)
    } catch {
      throw failure.outsideTransaction(error, done: step.script.statements.count)
    }
  }

  /// Sends the pipelines of steps as one, and takes note of each step that is done.
  ///
  /// - Returns: False when the answer to a step's end was lost, the ledger told that it is done, and
  ///   those after it are still to be sent.
  private mutating func send(
    _ pipelines: [StepPipeline], for steps: ArraySlice<MigrationStep>, releasesLock: Bool
  ) throws(MigrationError) -> Bool {
    var places = zip(steps, pipelines).flatMap { step, pipeline in
      pipeline.parts.map { (step: step, part: $0) }
    }
    var statements = pipelines.flatMap(\.statements)
    if releasesLock, let last = steps.last {
      let end = StepPipeline.release(lock)
      places += end.parts.map { (step: last, part: $0) }
      statements += end.statements
    }
    var begun = ContinuousClock.now
    var milliseconds: Int?
    var refusal: (part: StepPipeline.Part, error: PostgresError)?
    var open = steps
    do {
      try connection.pipeline(statements) { index, outcome in
        let (step, part) = places[index]
        if let error = outcome.error, refusal == nil { refusal = (part, error) }
        guard let result = outcome.result, refusal == nil else { return }
        switch part {
        case .begin: begun = .now
        case .ledgerRow: milliseconds = result.scalar.flatMap { Int($0) }
        // The server answers COMMIT of a failed transaction with ROLLBACK, and that is no error.
        case .commit where result.commandTag != "COMMIT":
          refusal = (.commit, PostgresError(.server, "the server rolled the transaction back"))
        case .commit:
          finish(
            step,
            milliseconds: milliseconds ?? Int((ContinuousClock.now - begun) / .milliseconds(1)))
          open = open.dropFirst()
          if let next = open.first { progress(.started(next)) }
        case .release: heldToTheEnd = lock.wasHeld(result)
        default: break
        }
      } onWait: {
        if let step = open.first, let wait = watch?.news() { progress(.blocked(step, wait)) }
      }
    } catch {
      guard let step = open.first else {
        // All is committed; the lock ends with the session.
        heldToTheEnd = true
        return true
      }
      tidyUp()
      if refusal == nil, let lost = error as? PostgresError, let isDone = isDone(step, after: lost)
      {
        guard isDone else {
          throw StepFailure(step: step, finished: finished, options: options)
            .lostConnection(lost, wasRefused: true)
        }
        finish(step, milliseconds: Int((ContinuousClock.now - begun) / .milliseconds(1)))
        if open.count > 1 { return false }
        // It was to be sent with the last step.
        if releasesLock { heldToTheEnd = lock.release() }
        return true
      }
      throw failure(of: step, error, refusal: refusal, following: open.count - 1)
    }
    guard let refusal, let step = open.first else { return true }
    tidyUp()
    throw StepFailure(step: step, finished: finished, options: options)
      .refusal(of: refusal.part, refusal.error)
  }

  /// Sends a pipeline that belongs to a step but does not end it.
  ///
  /// - Returns: The milliseconds that the ledger has for the step, 0 without a ledger row.
  private func send(
    _ pipeline: StepPipeline, for step: MigrationStep
  ) throws(MigrationError) -> Int {
    let outcomes: [PipelineOutcome]
    do {
      outcomes = try connection.pipeline(pipeline.statements)
    } catch {
      tidyUp()
      throw failure(of: step, error, refusal: nil, following: 0)
    }
    var milliseconds = 0
    for (part, outcome) in zip(pipeline.parts, outcomes) {
      if let error = outcome.error {
        tidyUp()
        throw StepFailure(step: step, finished: finished, options: options)
          .refusal(of: part, error)
      }
      if part == .ledgerRow { milliseconds = outcome.result?.scalar.flatMap { Int($0) } ?? 0 }
    }
    return milliseconds
  }

  /// Whether a step is done whose last answer was lost, as the ledger tells; nil when it cannot be asked.
  ///
  /// Over libpq the connection is gone with the answer. Over the Data API the next call goes through.
  private func isDone(_ step: MigrationStep, after error: PostgresError) -> Bool? {
    guard error.code == .connectionLost,
      connection.transactionStatus == .idle,
      let ledger = try? MigrationLedger.read(on: connection, options.place)
    else { return nil }
    let isApplied = ledger.entries.contains { $0.version == step.migration.version }
    return isApplied == (step.direction == .up)
  }

  /// What the end of the connection means for a step and for those sent with it.
  private func failure(
    of step: MigrationStep, _ error: any Error,
    refusal: (part: StepPipeline.Part, error: PostgresError)?, following: Int
  ) -> MigrationError {
    guard let error = error as? PostgresError else {
      return MigrationError(from: error, doing: "running \(step.migration.label)")
    }
    let failure = StepFailure(step: step, finished: finished, options: options)
    if let refusal, error.code == .connectionLost {
      return failure.lostConnection(refusal.error, wasRefused: true, following: following)
    }
    return failure.lostConnection(error, wasRefused: refusal != nil, following: following)
  }

  /// Leaves the session idle and with its own settings, if it is still there.
  private func tidyUp() {
    // The failure that led here is the one to report.
    if connection.transactionStatus != .idle { _ = try? connection.execute("ROLLBACK") }
    guard connection.transactionStatus == .idle else { return }
    _ = try? connection.pipeline(StepPipeline.resets().statements)
    // What is told to be kept is kept, also if the server crashes now.
    if !finished.isEmpty { _ = try? connection.pipeline(StepPipeline.flush().statements) }
  }
}
