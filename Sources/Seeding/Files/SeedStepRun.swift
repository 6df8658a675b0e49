internal import DatabaseInstrumentation
internal import Postgres

/// Runs one step in one transaction that also writes its line of the ledger.
///
/// The order matters. The file runs as the application, which may not write the ledger. What it
/// left to the end of the transaction, deferred constraints and their triggers, is brought forward
/// while the role still is the application's. Only then the session's own role comes back, and only
/// for the ledger: COMMIT follows at once.
struct SeedStepRun {
  let runner: SeedRunner
  let client: InstrumentedClient
  let step: SeedStep
  let progress: (SeedProgress) -> Void

  /// Another runner has done the step meanwhile; what this one did of it is rolled back.
  struct Overtaken: Error {}

  func run() throws -> SeedReport.Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var isWritten = false
    do {
      let rows: SeedRowCounts
      if let tenant = step.tenant {
        do {
          rows = try client.withRLS(tenant: tenant) { connection in
            let rows = try runAsTenant(tenant, connection)
            isWritten = true
            return rows
          }
        } catch ContextError.changedContext, ContextError.endedTransaction {
          throw escape
        }
      } else {
        rows = try client.exempt { connection in
          try connection.transaction {
            let rows = try runAsAdministrator(connection)
            isWritten = true
            return rows
          }
        }
      }
      return .ran(rows, duration: start.duration(to: clock.now))
    } catch let error as PostgresError where isWritten && error.code == .server {
      throw SeedError(
        .transactionFailed, "COMMIT was refused: \(error.message)", file: step.file.path,
        cause: error)
    }
  }

  private func runAsTenant(_ tenant: String, _ connection: any Connection) throws -> SeedRowCounts {
    let rows = try runContent(connection)
    try endDeferral(connection)
    let check = try connection.execute(
      "SELECT current_user, current_setting($1, true)", [.text(client.tenantSetting)])
    let row = check.rows.first
    guard client.role == nil || row?[0] == client.role,
      row?[1]?.utf8.elementsEqual(tenant.utf8) == true
    else {
      throw escape
    }
    try note(
      rows,
      after: [
        // For the rest of this transaction only: the session keeps the role that it had before.
        PipelineStatement("SELECT set_config('role', 'none', true)")
      ])
    return rows
  }

  private var escape: SeedError {
    SeedError(
      .escapedContext, "the file changed its role or its tenant's context", file: step.file.path,
      remedy: "Leave both as they are, or begin the file with `-- dbtool: as-admin`.")
  }

  private func runAsAdministrator(_ connection: any Connection) throws -> SeedRowCounts {
    let rows = try runContent(connection)
    try endDeferral(connection)
    try note(
      rows,
      after: [
        PipelineStatement("RESET SESSION AUTHORIZATION"), PipelineStatement("RESET ROLE"),
      ])
    return rows
  }

  private func runContent(_ connection: any Connection) throws -> SeedRowCounts {
    try takeTurn(connection)
    switch step.file.content {
    case .sql(let seed):
      let run = SQLSeedRun(seed: seed, path: step.file.path, tenant: step.tenant)
      return SeedRowCounts(written: try run.run(on: connection))
    case .rows(let seed):
      return try RowLoad(
        seed: seed, step: step, tenantColumn: runner.tenantColumn, progress: progress
      ).run(on: connection)
    }
  }

  /// Lets one runner at a time do a step, where no session's lock does so for the whole run.
  private func takeTurn(_ connection: any Connection) throws {
    guard !SeedRunner.locks(connection) else { return }
    try connection.execute(
      "SELECT pg_catalog.pg_advisory_xact_lock($1::bigint)",
      [.text(String(SeedRunner.advisoryLock))])
  }

  /// Checks deferred constraints now.
  ///
  /// At COMMIT the role would already be the session's, and triggers would run with its rights.
  private func endDeferral(_ connection: any Connection) throws {
    do {
      try connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    } catch let error as PostgresError where error.code == .server {
      throw SeedError(
        .rowsRefused, "a deferred constraint is violated at the end of the file: \(error.message)",
        file: step.file.path, cause: error)
    }
  }

  private func note(
    _ rows: SeedRowCounts, after statements: [PipelineStatement]
  ) throws {
    // A plain SET of the file would outlive the transaction, and its search_path reach the ledger.
    let outcomes = try client.connection.perform(
      statements + [
        PipelineStatement("RESET ALL"),
        SeedLedger.note(step, rows: rows.written, by: runner),
      ])
    if let error = outcomes.lazy.compactMap(\.error).first { throw error }
    if outcomes.last?.result?.rowCount == 0 { throw Overtaken() }
  }
}
