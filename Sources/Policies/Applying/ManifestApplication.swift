internal import Postgres

/// One application of a manifest: a transaction that is tried until its locks come.
struct ManifestApplication {
  let plan: PolicyPlan
  let manifest: PolicyManifest
  let runner: PolicyRunner
  let consent: PolicyConsent
  let connection: any Connection
  private let clock = ContinuousClock()

  init(
    plan: PolicyPlan, manifest: PolicyManifest, runner: PolicyRunner, consent: PolicyConsent,
    connection: any Connection
  ) {
    self.plan = plan
    self.manifest = manifest
    self.runner = runner
    self.consent = consent
    self.connection = connection
  }

  func run() throws -> PolicyReport {
    // A person is asked while nothing is locked.
    try requireConsent(plan.difference?.needingConsent ?? [], agreed: [])
    var number = 1
    while true {
      do {
        var report = try attempt()
        report.retries = number - 1
        return report
      } catch let error as PostgresError where Self.isContention(error) {
        if connection.transactionStatus != .idle { try connection.execute("ROLLBACK") }
        guard let pause = runner.lockRetries.pause(before: number) else {
          throw PolicyError(
            .transactionFailed,
            "the tables could not be locked within \(runner.lockTimeoutMilliseconds / 2) ms, "
              + "\(number) times", cause: error,
            remedy:
              "Nothing was changed. Look for long transactions in pg_stat_activity, try again "
              + "when less goes on, or allow more with --lock-timeout.")
        }
        consent.progress("the tables are in use; trying again (\(number))")
        guard Backoff.wait(pause, unless: runner.cancellation) else { throw error }
        number += 1
      }
    }
  }

  /// A lock that did not come, whether its own limit or that of the statement ended the wait.
  private static func isContention(_ error: PostgresError) -> Bool {
    [.lockNotAvailable, .deadlockDetected, .queryCanceled].contains(error.sqlState)
      && error.code == .server
  }

  private func attempt() throws -> PolicyReport {
    try runner.runFiles(plan, on: connection)
    // Policies may have changed since the plan, and the files may have changed them.
    let difference = try runner.differenceNow(plan, manifest, on: connection)
    try requireConsent(
      difference.needingConsent, agreed: plan.difference?.needingConsent ?? [])
    let start = clock.now
    try lockTables(of: difference)
    try change(difference)
    if let verify = consent.verify, !difference.objects.isEmpty {
      // What is left of the time is for stopping it, and for undoing everything.
      try verify(difference.objects, start + runner.lockTimeout * 0.8)
    }
    if try connection.execute("COMMIT").commandTag == "ROLLBACK" {
      throw PolicyError(.transactionFailed, "the server rolled the transaction back at COMMIT")
    }
    var report = PolicyReport()
    report.changed = difference.objects
    report.statementCount = difference.statements.count
    report.lockedFor = start.duration(to: clock.now)
    return report
  }

  /// Asks for consent to what nobody has agreed to yet.
  private func requireConsent(_ objects: [ObjectChange], agreed: [ObjectChange]) throws {
    let known = Set(agreed.map(\.statements))
    let new = objects.filter { !known.contains($0.statements) }
    guard !new.isEmpty, !consent.isUnconditional else { return }
    // Inside the transaction there is no time to ask.
    if connection.transactionStatus == .idle, try consent.agrees(new) { return }
    throw PolicyError(
      .loosening,
      "\(new[0].object)\(new.count > 1 ? " and \(new.count - 1) more" : "") would let more through "
        + "than before, or that cannot be excluded",
      file: manifest.path,
      remedy: "Nothing was changed. Look at dbtool policies plan; --allow-loosening agrees to it.")
  }

  /// All locks at once, within half the time: whoever waits behind them waits no longer than the
  /// whole.
  private func lockTables(of difference: PolicyDifference) throws {
    let tables = difference.objects.filter {
      $0.isRelation && $0.changes.contains(where: \.locksTable)
    }
    .map(\.sqlName)
    guard !tables.isEmpty else { return }
    let limit = "\(max(1, runner.lockTimeoutMilliseconds / 2))ms"
    let outcomes = try connection.pipeline([
      PipelineStatement("SELECT set_config('statement_timeout', $1, true)", [.text(limit)]),
      PipelineStatement(
        "LOCK TABLE \(tables.map { "ONLY " + $0 }.joined(separator: ", ")) IN ACCESS EXCLUSIVE MODE"
      ),
      PipelineStatement("SELECT set_config('statement_timeout', '0', true)"),
    ])
    if let error = outcomes.lazy.compactMap(\.error).first { throw error }
  }

  private func change(_ difference: PolicyDifference) throws {
    var statements = difference.statements.map { PipelineStatement($0) }
    if !statements.isEmpty { statements.append(PolicyState.renewing) }
    for index in statements.indices { statements[index].isResultNeeded = false }
    guard !statements.isEmpty else { return }
    let outcomes = try connection.pipeline(statements)
    guard let index = outcomes.firstIndex(where: { $0.error != nil }),
      let error = outcomes[index].error
    else { return }
    if Self.isContention(error) { throw error }
    throw PolicyError(
      .statementFailed, error.message, file: manifest.path, statement: statements[index].sql,
      cause: error, remedy: "Nothing was changed.")
  }
}
