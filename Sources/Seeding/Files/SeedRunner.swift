package import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax

/// Plans and runs seed files.
///
/// Each step is a transaction of its own: a run that fails keeps what was done before and goes on
/// from there the next time. Settings that a file makes end with it: the session's go back to those
/// that it began with.
package struct SeedRunner: Sendable {
  /// The key of the session-level advisory lock that lets one runner at a time run: `dbt.seed` in
  /// ASCII.
  package static let advisoryLock: Int64 = 0x6462_742E_7365_6564

  /// The column that holds a row's tenant; rows of files get it where the table has it and the file
  /// does not.
  package var tenantColumn: String?
  /// The version that the ledger notes.
  package var toolVersion: String
  /// The run that the ledger notes, a UUID.
  package var runID: String?

  /// A runner with its settings.
  package init(tenantColumn: String? = "tenant_id", toolVersion: String, runID: String? = nil) {
    self.tenantColumn = tenantColumn
    self.toolVersion = toolVersion
    self.runID = runID
  }

  /// Compares the folder with the ledger: one query, and nothing is changed.
  ///
  /// - Throws: `SeedError`.
  package func plan(
    _ directory: SeedDirectory, tenants: [String], client: InstrumentedClient
  ) throws(SeedError) -> SeedPlan {
    try requireIdle(client)
    let ledger: SeedLedger.Contents
    do {
      ledger = try client.exempt { try SeedLedger.read(on: $0) }
    } catch {
      throw wrap(error, "the ledger dbtool.seeds cannot be read")
    }
    return try SeedPlan(directory: directory, tenants: tenants, ledger: ledger)
  }

  /// Runs the steps of a plan, one transaction each.
  ///
  /// A step that another runner has done since the plan was made is skipped.
  ///
  /// - Throws: `SeedError` of the first step that fails, with a report of those before it.
  @discardableResult
  package func run(
    _ plan: SeedPlan, client: InstrumentedClient,
    progress: @escaping (SeedProgress) -> Void = { _ in }
  ) throws(SeedError) -> SeedReport {
    var report = SeedReport()
    guard !plan.isEmpty else {
      report.entries = plan.steps.map { SeedReport.Entry(step: $0, outcome: .skipped) }
      return report
    }
    try requireIdle(client)
    let ledger = try lock(client)
    defer { unlock(client) }
    do {
      try checkRules(plan, client: client)
    } catch {
      throw wrap(error, "the files cannot be checked")
    }
    var checkedRole = false
    for step in plan.steps {
      do {
        var outcome = SeedReport.Outcome.skipped
        if ledger[step.key] != step.file.checksum {
          if let tenant = step.tenant, !checkedRole {
            try requireRestrictedRole(client, tenant: tenant)
            checkedRole = true
          }
          progress(.began(step))
          outcome = try run(step, client, progress)
        }
        let entry = SeedReport.Entry(step: step, outcome: outcome)
        report.entries.append(entry)
        progress(.finished(entry))
      } catch {
        var failure = wrap(error, "the step could not be run")
        failure.file = failure.file ?? step.file.path
        failure.tenant = step.tenant
        failure.report = report
        throw failure
      }
    }
    return report
  }

  private func run(
    _ step: SeedStep, _ client: InstrumentedClient,
    _ progress: @escaping (SeedProgress) -> Void
  ) throws -> SeedReport.Outcome {
    do {
      return try SeedStepRun(runner: self, client: client, step: step, progress: progress).run()
    } catch {
      // Without a lock for the whole run another runner may have been quicker.
      guard !Self.locks(client.connection),
        let ledger = try? client.exempt({ try SeedLedger.read(on: $0) }),
        ledger[step.key] == step.file.checksum
      else { throw error }
      return .skipped
    }
  }

  /// True where a session's lock lasts for the run: the Data API knows none.
  static func locks(_ connection: any Connection) -> Bool {
    connection.transport == .libpq
  }

  private func requireIdle(_ client: InstrumentedClient) throws(SeedError) {
    let status = client.connection.transactionStatus
    guard status != .inTransaction, status != .failed else {
      throw SeedError(.openTransaction, "seeds cannot be planned or run in an open transaction")
    }
  }

  /// Waits for other runners, and reads what they did.
  private func lock(_ client: InstrumentedClient) throws(SeedError) -> SeedLedger.Contents {
    do {
      return try client.exempt { connection in
        // The synchronization point ends the implicit transaction, so that the query behind it
        // sees what the runner before this one committed, whatever the isolation level.
        let lock = PipelineStatement(
          "SELECT pg_advisory_lock($1::bigint)", [.text(String(Self.advisoryLock))],
          synchronizes: true)
        let outcomes = try connection.pipeline(
          (Self.locks(connection) ? [lock] : [])
            + [SeedLedger.creation, PipelineStatement(SeedLedger.query)])
        if let error = outcomes.lazy.compactMap(\.error).first { throw error }
        return outcomes.last?.result.map { SeedLedger.contents(of: $0) } ?? [:]
      }
    } catch {
      unlock(client)
      throw wrap(error, "the ledger dbtool.seeds cannot be used")
    }
  }

  private func unlock(_ client: InstrumentedClient) {
    guard Self.locks(client.connection) else { return }
    // A session that is lost has lost its lock too.
    _ = try? client.exempt {
      try $0.execute(
        "SELECT pg_advisory_unlock($1::bigint)", [.text(String(Self.advisoryLock))])
    }
  }

  /// A tenant's files must find what the application finds, so the role may not be above policies.
  private func requireRestrictedRole(_ client: InstrumentedClient, tenant: String) throws {
    let result = try client.withRLS(tenant: tenant) { connection in
      try connection.execute(
        """
        SELECT rolname FROM pg_catalog.pg_roles
        WHERE rolname = current_user AND (rolsuper OR rolbypassrls)
        """)
    }
    guard let role = result.scalar else { return }
    throw SeedError(
      .unrestrictedRole, "role \(role) is not subject to row-level security",
      remedy: "Tenants' seeds run as the application's role: name one that is no superuser and has"
        + " no BYPASSRLS.")
  }

  private func wrap(_ error: any Error, _ what: String) -> SeedError {
    if let error = error as? SeedError { return error }
    guard let cause = error as? PostgresError else {
      return SeedError(.transactionFailed, "\(what): \(error)")
    }
    guard cause.code == .connectionLost else {
      return SeedError(.transactionFailed, "\(what): \(cause.message)", cause: cause)
    }
    return SeedError(
      .connectionLost, "\(what): \(cause.message)", cause: cause,
      remedy: "Run it again: steps that were committed are in the ledger and will be skipped.")
  }
}
