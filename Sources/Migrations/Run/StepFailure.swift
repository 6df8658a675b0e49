internal import Postgres
internal import SQLSyntax

/// Words the failure of a step.
struct StepFailure {
  let step: MigrationStep
  let finished: [FinishedStep]
  let options: MigrationOptions

  /// The server refused a part of the step's transaction, of which nothing was kept.
  func refusal(of part: StepPipeline.Part, _ error: PostgresError) -> MigrationError {
    var result: MigrationError
    switch part {
    case .statement(let index):
      result = statementError(index, error)
    case .commit:
      result = MigrationError(
        .commitFailed,
        "refused at COMMIT, when deferred constraints and triggers are checked: \(error.message)",
        file: step.script.file)
      result.remedy = "correct the file or the rows, then run `\(command)` again"
    case .predecessor where error.sqlState == "22012", .lease where error.sqlState == "22012":
      result = MigrationError(
        .changedMeanwhile, "what is applied changed meanwhile: another runner was at work",
        file: step.script.file,
        remedy: "look at `dbtool migrate status`, then run the command again if still wanted")
    case .ledgerSetup:
      result = Self.ledgerSetup(error, options.place)
    case .ledgerRow:
      result = Self.ledgerChange(error, options.place)
      result.file = step.script.file
    case .begin, .lease, .predecessor, .setting, .reset, .progress, .release:
      result = MigrationError(from: error, doing: "preparing \(step.migration.label)")
    }
    result.postgres = error
    if isInterrupt(error) {
      result.code = .interrupted
      result.remedy = "run `\(command)` again"
    }
    result.state = "nothing of this migration was kept" + earlier
    return result
  }

  /// Statement `index` of a step without a transaction failed after `done` others.
  func refusalOutsideTransaction(
    _ index: Int, _ error: PostgresError, done: Int
  ) -> MigrationError {
    var result = statementError(index, error)
    if error.code == .cancelled || isInterrupt(error) {
      result.code = .interrupted
      result.remedy = "run `\(command)` again"
    } else if error.code == .connectionLost {
      result.code = .outcomeUnknown
      result.remedy = "run `\(command)` again: it finds out what was done, and goes on from there"
    }
    return outsideTransaction(result, done: done)
  }

  /// Statement `index` was begun by a run that was stopped, and nothing tells how it ended.
  func unknownEnd(_ index: Int, done: Int) -> MigrationError {
    var result = MigrationError(
      .outcomeUnknown,
      "an earlier run was stopped while this statement ran, and nothing in the database tells "
        + "whether it came to its end")
    place(&result, index, position: nil)
    result.remedy =
      "look what it did, then run `\(command)` with --unfinished rerun, or with --unfinished skip "
      + "if it is done"
    return outsideTransaction(result, done: done)
  }

  /// `error`, which came before the first statement of a step without a transaction.
  func beforeFirstStatement(_ error: MigrationError) -> MigrationError {
    var result = error
    result.state = "nothing of this migration was done" + earlier
    if error.code == .outcomeUnknown {
      // What is not known is only whether the ledger was made, and that is no matter.
      result.code = .database
      result.message = "the connection was lost: \(error.postgres?.message ?? "")"
      result.remedy = "run `\(command)` again"
    }
    return result
  }

  /// `error` with what a step without a transaction leaves after `done` statements.
  func outsideTransaction(_ error: MigrationError, done: Int) -> MigrationError {
    var result = error
    let count = step.script.statements.count
    var state = "the file runs outside a transaction: "
    switch done {
    case 0: state += "none of its \(count) statements is done"
    case count: state += "all its \(count) statements are done and recorded"
    default: state += "\(done) of its \(count) statements are done, stay so, and are recorded"
    }
    if error.code == .outcomeUnknown, done < count {
      state += "; whether the next one is, is not known"
    }
    result.state = state + earlier
    if done > 0, error.code != .outcomeUnknown {
      result.remedy = (error.remedy ?? "run `\(command)` again") + ": it goes on after them"
    }
    return result
  }

  /// The connection ended while the step, its COMMIT included, was on its way.
  ///
  /// `wasRefused` when the server had refused a part before, so that nothing can have been kept.
  ///
  /// - Parameter following: The number of steps that were sent after it.
  func lostConnection(
    _ error: PostgresError, wasRefused: Bool, following: Int = 0
  ) -> MigrationError {
    // An administrator's command answers the statement in place of its result. What is refused on
    // this side was never sent.
    let isKnown = wasRefused || error.sqlState == "57P01" || error.code != .connectionLost
    if isKnown {
      var result = MigrationError(from: error, doing: "running \(step.migration.label)")
      result.file = step.script.file
      result.state = "nothing of this migration was kept" + earlier
      result.remedy = "run `\(command)` again"
      return result
    }
    var result = MigrationError(
      .outcomeUnknown,
      "the connection was lost before the server confirmed COMMIT: \(error.message)",
      file: step.script.file)
    result.postgres = error
    let others =
      following > 0 ? ", and so is each of the \(following) that were sent after it" : ""
    result.state =
      "the migration is either wholly done or not at all\(others); which is not known" + earlier
    result.remedy = "`dbtool migrate status` tells; then run `\(command)` again if it is not done"
    return result
  }

  /// A step without a transaction left one of its own open.
  func openTransaction() -> MigrationError {
    MigrationError(
      .transactionControl, "the file leaves a transaction open, which was rolled back",
      file: step.script.file, remedy: "end it with COMMIT, then run `\(command)` again")
  }

  static func ledgerSetup(_ error: PostgresError, _ place: LedgerPlace) -> MigrationError {
    var result = MigrationError(
      .ledger, "the ledger \(place.ledger) cannot be made: \(error.message)")
    if error.sqlState == .insufficientPrivilege {
      result.remedy =
        "let an administrator run CREATE SCHEMA \(place.holder) AUTHORIZATION with the role that applies "
        + "migrations, or GRANT CREATE ON DATABASE to it"
    }
    result.postgres = error
    return result
  }

  /// The ledger refused a row, or did not take it.
  static func ledgerChange(_ error: PostgresError, _ place: LedgerPlace) -> MigrationError {
    var result: MigrationError
    if error.sqlState == "22012" {
      result = MigrationError(
        .ledger, "the ledger \(place.ledger) did not take the change: something on it drops rows",
        remedy: "remove the trigger or rule, which dbtool did not make, then run the command again")
    } else {
      result = MigrationError(
        .ledger, "the ledger \(place.ledger) refused the change: \(error.message)",
        remedy: error.sqlState == .insufficientPrivilege
          ? "connect as the role that owns the schema \(place.holder)"
          : "look at `dbtool migrate status`")
    }
    result.postgres = error
    return result
  }

  private var command: String {
    step.direction == .up ? "dbtool migrate up" : "dbtool migrate down"
  }

  /// What earlier steps of the run left.
  private var earlier: String {
    guard !finished.isEmpty else { return "" }
    // A long list would bury the message.
    let names = finished.suffix(5).map { finished in
      finished.step.migration.label + (finished.step.direction == .up ? "" : " (down)")
    }
    let left = finished.count > names.count ? "…, " : ""
    return "; \(finished.count) done before it in this run stay so: \(left)"
      + names.joined(separator: ", ")
  }

  private func statementError(_ index: Int, _ error: PostgresError) -> MigrationError {
    var result = MigrationError(.statementFailed, error.message)
    result.postgres = error
    place(&result, index, position: error.position)
    result.remedy = "correct the file, then run `\(command)` again"
    switch error.sqlState {
    case "25001"?, "2D000"?:
      result.remedy =
        "begin the file with the line -- dbtool: no-transaction, then run `\(command)` again"
    case _ where error.isServerTrouble:
      result.remedy = "see what the server lacks, then run `\(command)` again"
    case "55P04"?:
      // ALTER TYPE in the PostgreSQL manual: a value that was added can be used once it is committed.
      result.remedy =
        "put ALTER TYPE … ADD VALUE into a migration of its own before this one, then run "
        + "`\(command)` again"
    default: break
    }
    return result
  }

  private func place(_ result: inout MigrationError, _ index: Int, position: Int?) {
    let statement = step.script.statements[index]
    let location = step.script.location(ofPosition: position, in: statement)
    result.file = step.script.file
    result.line = location.line
    result.column = location.column
    result.statement = step.script.source(of: statement)
  }

  /// Both an interrupt and `statement_timeout` are SQLSTATE 57014.
  private func isInterrupt(_ error: PostgresError) -> Bool {
    error.sqlState == .queryCanceled && options.cancellation?.isRequested == true
  }
}
