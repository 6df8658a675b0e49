internal import Postgres
internal import SQLSyntax

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Runs a step outside a transaction, so that it can be taken up again wherever it is stopped.
///
/// A statement that can share a transaction shares it with the record that it is done. One that
/// cannot is recorded before and after, and what became of it in between is read from the catalog.
struct ResumableRun {
  let connection: any Connection
  let step: MigrationStep
  let options: MigrationOptions
  let failure: StepFailure
  let watch: LockWatch?
  let tell: (MigrationEvent) -> Void

  private var script: MigrationScript { step.script }

  /// Does what is not done yet, all but the ledger's row.
  ///
  /// - Parameters:
  ///   - predecessor: The version that must be in the ledger.
  /// - Throws: `MigrationError`.
  func run(after predecessor: Int64?, createsLedger: Bool) throws(MigrationError) {
    let progress = try open(after: predecessor, createsLedger: createsLedger)
    let units = ScriptUnit.units(of: script.statements)
    try progress.check(units)
    try checkPooler(units)
    if progress.finishedUnits > 0 { tell(.resuming(step, done: progress.finishedUnits)) }
    var done = 0
    for unit in units {
      switch unit {
      case .setting(let index):
        try execute(index, done: done)
        done += 1
      case .transaction(let range, let isOwn):
        if progress[unit] == .finished {
          for index in ScriptUnit.settings(in: range, of: script.statements) {
            try execute(index, done: done)
          }
        } else {
          try together(range, isOwn: isOwn, progress.digest(of: unit), done: done)
        }
        done += range.count
      case .alone(let index, let statement):
        if progress[unit] != .finished {
          try alone(
            index, statement, progress.digest(of: unit), wasBegun: progress[unit] == .begun,
            done: done)
        }
        done += 1
      }
    }
    guard connection.transactionStatus == .idle else { throw failure.openTransaction() }
  }

  /// Behind a pooler what a statement sets is gone before the next one, or meets somebody else's.
  private func checkPooler(_ units: [ScriptUnit]) throws(MigrationError) {
    guard options.lease != nil else { return }
    let directives = script.directives
    let setting = units.first { if case .setting = $0 { true } else { false } }
    // A schema that is migrated by itself is looked for by the search path of the session.
    guard
      setting != nil || directives.lockTimeout != nil || directives.statementTimeout != nil
        || options.place.searchPath != nil
    else { return }
    var error = MigrationError(
      .needsSession,
      "the file sets something for its session, and a pooler gives each statement another one",
      file: script.file,
      remedy: "connect to the server itself for this migration, for example with --url")
    if let setting { error.line = script.statements[setting.first].location.line }
    throw error
  }

  /// Makes the ledger if it is missing, and reads how far an earlier run came.
  private func open(
    after predecessor: Int64?, createsLedger: Bool
  ) throws(MigrationError) -> StepProgress {
    let pipeline = StepPipeline.opening(
      step, after: predecessor, createsLedger: createsLedger, options: options)
    do {
      let outcomes = try connection.pipeline(pipeline.statements)
      for (part, outcome) in zip(pipeline.parts, outcomes) {
        if let error = outcome.error {
          throw failure.beforeFirstStatement(failure.refusal(of: part, error))
        }
      }
      guard let rows = outcomes.last?.result else {
        throw MigrationError(
          .ledger, "the ledger \(options.place.prefix)migration_progress gave no answer")
      }
      return StepProgress(step, rows: rows)
    } catch let error as MigrationError {
      throw error
    } catch {
      throw failure.beforeFirstStatement(
        MigrationError(from: error, doing: "running \(step.migration.label)"))
    }
  }

  /// One statement by itself.
  private func execute(_ index: Int, done: Int) throws(MigrationError) {
    do {
      let outcomes = try connection.pipeline(
        [PipelineStatement(script.statements[index].text)], onOutcome: { _, _ in }, onWait: look)
      if let error = outcomes[0].error { throw error }
    } catch {
      throw refusal(index, error, done: done)
    }
  }

  /// Statements and the record that they are done; tried again when a lock does not come.
  private func together(
    _ range: ClosedRange<Int>, isOwn: Bool, _ digest: String, done: Int
  ) throws(MigrationError) {
    let pipeline = StepPipeline.unit(step, range, isOwn: isOwn, digest: digest, options: options)
    var retries = 0
    while true {
      var refused: (part: StepPipeline.Part, error: PostgresError)?
      do {
        try connection.pipeline(pipeline.statements) { index, outcome in
          if let error = outcome.error, refused == nil { refused = (pipeline.parts[index], error) }
        } onWait: {
          look()
        }
      } catch {
        throw refusal(range.lowerBound, error, done: done)
      }
      guard let refused else { return }
      _ = try? connection.execute("ROLLBACK")
      let error =
        if case .statement(let index) = refused.part {
          refusal(index, refused.error, done: done)
        } else {
          failure.outsideTransaction(failure.refusal(of: refused.part, refused.error), done: done)
        }
      retries += 1
      guard error.isLockFailure, let pause = options.lockRetries.pause(before: retries) else {
        throw error.afterRetries(retries - 1, watch?.last)
      }
      tell(.retrying(step, error, pause: pause))
      try options.sleep(pause, afterwards: error)
    }
  }

  /// A statement that shares no transaction.
  private func alone(
    _ index: Int, _ statement: LoneStatement, _ digest: String, wasBegun: Bool, done: Int
  ) throws(MigrationError) {
    let leftovers = Leftovers(connection: connection)
    var substitute: String?
    do {
      if wasBegun {
        switch (try leftovers.standing(of: statement), options.unfinished) {
        case (.done, _), (.unknown, .skip):
          return try record(ProgressSQL(options.place).finish, index, digest)
        case (.unknown, .ask):
          throw failure.unknownEnd(index, done: done)
        case (.open, _), (.unknown, .rerun):
          break
        }
      }
      substitute = try leftovers.substitute(for: statement)
      let indexes = try leftovers.clear(before: statement)
      for name in indexes.dropped { tell(.clearedIndex(step, name)) }
      for name in indexes.kept { tell(.keptIndex(step, name)) }
      try record(ProgressSQL(options.place).begin, index, digest)
    } catch let error as MigrationError {
      throw error
    } catch {
      throw refusal(index, error, done: done)
    }
    do {
      let text = substitute ?? script.statements[index].text
      let outcomes = try connection.pipeline(
        [PipelineStatement(text)], onOutcome: { _, _ in }, onWait: look)
      if let error = outcomes[0].error {
        try? record(ProgressSQL(options.place).forget, index, nil)
        throw error
      }
      try record(ProgressSQL(options.place).finish, index, digest)
    } catch {
      // Over the Data API only an answer was lost, and the database can be asked.
      if (error as? PostgresError)?.code == .connectionLost, connection.transactionStatus == .idle,
        (try? leftovers.standing(of: statement)) == .done,
        (try? record(ProgressSQL(options.place).finish, index, digest)) != nil
      {
        return
      }
      var failed = refusal(index, error, done: done)
      if let name = leftovers.invalidIndex(after: statement) {
        failed.state? += "; the INVALID index \(name) is left, and the next run drops it first"
      }
      throw failed
    }
  }

  /// Writes to the progress in a transaction of its own.
  private func record(_ sql: String, _ index: Int, _ digest: String?) throws {
    let pipeline = StepPipeline.record(
      sql, step, statement: index, digest: digest, options: options)
    let outcomes = try connection.pipeline(pipeline.statements)
    if let error = outcomes.lazy.compactMap(\.error).first {
      _ = try? connection.execute("ROLLBACK")
      throw error
    }
  }

  private func refusal(_ index: Int, _ error: any Error, done: Int) -> MigrationError {
    guard let error = error as? PostgresError else {
      return MigrationError(from: error, doing: "running \(step.migration.label)")
    }
    return failure.refusalOutsideTransaction(index, error, done: done)
  }

  private func look() {
    watch?.renew(options.lease)
    if let wait = watch?.news() { tell(.blocked(step, wait)) }
  }
}
