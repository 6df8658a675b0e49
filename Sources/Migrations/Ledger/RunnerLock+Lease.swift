internal import Postgres

extension RunnerLock {
  /// Waits for the lease, making the ledger first where it is missing, and reads the ledger.
  static func acquireLease(
    on connection: any Connection, place: LedgerPlace, waitLimit: Duration?,
    cancellation: Cancellation?,
    progress: (MigrationEvent) -> Void
  ) throws(MigrationError) -> (lock: RunnerLock, ledger: MigrationLedger) {
    let lease = Lease(id: MigrationOptions.randomRunID(), place: place)
    let clock = ContinuousClock()
    let start = clock.now
    var announced: LockHolder??
    try makeLedger(on: connection, place)
    while true {
      let outcome: (granted: Bool, holder: LockHolder?)
      do {
        outcome = try attempt(lease, connection)
      } catch {
        throw MigrationError(from: error, doing: "taking the lease for migrations")
      }
      if outcome.granted {
        let lock = RunnerLock(connection: connection, place: place, lease: lease)
        do throws(MigrationError) {
          return (lock, try MigrationLedger.read(on: connection, place))
        } catch {
          _ = lock.release()
          throw error
        }
      }
      if announced != .some(outcome.holder) {
        progress(.waiting(outcome.holder))
        announced = outcome.holder
      }
      if let waitLimit, clock.now - start >= waitLimit { throw busy(outcome.holder, waitLimit) }
      try pause(.milliseconds(500), cancellation)
    }
  }

  private static func attempt(
    _ lease: Lease, _ connection: any Connection
  ) throws -> (granted: Bool, holder: LockHolder?) {
    let acquisition = try connection.execute(lease.acquisition.sql, lease.acquisition.parameters)
    guard acquisition.rows.isEmpty else { return (true, nil) }
    let holder = try connection.execute(lease.holder).rows.first.map { row in
      LockHolder(
        pid: nil, applicationName: row.text(0), user: row.text(1), connectedSince: row.text(2))
    }
    return (false, holder)
  }

  /// In one transaction that waits for others that do the same.
  private static func makeLedger(
    on connection: any Connection, _ place: LedgerPlace
  ) throws(MigrationError) {
    let sql = LedgerSQL(place)
    do {
      let exists = try connection.execute(
        "SELECT pg_catalog.to_regclass(\(place.literal("migration_lease"))) IS NOT NULL")
      guard exists.scalar != "t" else { return }
      let isNew = try connection.execute(
        "SELECT pg_catalog.to_regclass(\(place.literal("migrations"))) IS NULL")
      let outcomes = try connection.pipeline(
        [
          PipelineStatement("BEGIN"),
          PipelineStatement(
            "SELECT pg_catalog.pg_advisory_xact_lock($1::bigint)", [.text(String(place.lockKey))]),
        ] + (isNew.scalar == "t" ? sql.create : []).map { PipelineStatement($0) } + [
          PipelineStatement(sql.extend), PipelineStatement("COMMIT"),
        ])
      guard let error = outcomes.lazy.compactMap(\.error).first else { return }
      _ = try? connection.execute("ROLLBACK")
      // Another runner made it first.
      if [.duplicateTable, .duplicateSchema, .uniqueViolation].contains(error.sqlState) { return }
      throw StepFailure.ledgerSetup(error, place)
    } catch let error as MigrationError {
      throw error
    } catch {
      throw MigrationError(from: error, doing: "making the ledger")
    }
  }
}
