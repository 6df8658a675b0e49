internal import Postgres

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The session advisory lock that lets one runner at a time apply migrations to a database.
///
/// Advisory locks belong to one database of a cluster, so one constant does for all databases.
struct RunnerLock {
  /// "dbtool" in ASCII, then 1 for migrations.
  static let key: Int64 = 0x6462_746F_6F6C_0001

  let connection: any Connection
  /// The server process of the session.
  private(set) var backendPID = 0

  /// Waits for the lock, and reads the ledger once it is held.
  ///
  /// It asks again and again instead of waiting inside the server: a session that waits there has
  /// a snapshot, and the other runner's CREATE INDEX CONCURRENTLY would wait for that snapshot.
  static func acquire(
    on connection: any Connection, waitLimit: Duration?, progress: (MigrationEvent) -> Void
  ) throws(MigrationError) -> (lock: RunnerLock, ledger: MigrationLedger) {
    var lock = RunnerLock(connection: connection)
    let clock = ContinuousClock()
    let start = clock.now
    var pause = 50
    var announced: LockHolder??
    // One wait for lock and ledger, which is all that most runs need.
    if let ledger = try lock.attempt() { return (lock, ledger) }
    while true {
      let holder = lock.holder()
      if announced != .some(holder) {
        progress(.waiting(holder))
        announced = holder
      }
      if let waitLimit, clock.now - start >= waitLimit { throw Self.busy(holder, waitLimit) }
      usleep(UInt32(pause * 1_000))
      pause = min(pause * 2, 500)
      // Without the ledger: its absence would be an error in the server's log each time.
      if try lock.tryLock() { return (lock, try lock.readLedger()) }
    }
  }

  /// Gives the lock back.
  ///
  /// - Returns: False when it was not held any more.
  func release() -> Bool {
    let result = try? connection.execute(
      "SELECT pg_catalog.pg_advisory_unlock($1::bigint)", [Self.parameter])
    return result?.scalar == "t"
  }

  /// The lock and the ledger in one wait; nil when another session holds the lock.
  private mutating func attempt() throws(MigrationError) -> MigrationLedger? {
    // The synchronization between them keeps the lock when there is no ledger yet, and gives the
    // second a snapshot taken after the lock.
    let outcomes: [PipelineOutcome]
    do {
      outcomes = try connection.pipeline([
        PipelineStatement(Self.tryLockSQL, [Self.parameter], synchronizes: true),
        PipelineStatement(LedgerSQL.read),
      ])
      if let error = outcomes[0].error { throw error }
    } catch {
      throw Self.refusal(error)
    }
    backendPID = outcomes[0].result?.rows.first?.int(1) ?? 0
    guard outcomes[0].result?.scalar == "t" else { return nil }
    return try releasingOnError { () throws(MigrationError) in
      if let rows = outcomes[1].result { return try MigrationLedger(rows: rows) }
      return try MigrationLedger(
        refusedWith: outcomes[1].error ?? PostgresError(.connectionLost, "no answer"))
    }
  }

  private func tryLock() throws(MigrationError) -> Bool {
    do {
      return try connection.execute(Self.tryLockSQL, [Self.parameter]).scalar == "t"
    } catch {
      throw Self.refusal(error)
    }
  }

  private func readLedger() throws(MigrationError) -> MigrationLedger {
    try releasingOnError { () throws(MigrationError) in try MigrationLedger.read(on: connection) }
  }

  private func releasingOnError(
    _ body: () throws(MigrationError) -> MigrationLedger
  ) throws(MigrationError) -> MigrationLedger {
    do {
      return try body()
    } catch {
      _ = release()
      throw error
    }
  }

  private static let tryLockSQL =
    "SELECT pg_catalog.pg_try_advisory_lock($1::bigint), pg_catalog.pg_backend_pid()"
  private static let parameter = Parameter.text(String(key))

  private static func refusal(_ error: any Error) -> MigrationError {
    MigrationError(from: error, doing: "taking the lock for migrations")
  }

  private func holder() -> LockHolder? {
    let sql = """
      SELECT a.pid, a.application_name, a.usename, a.backend_start
      FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.classid = (($1::bigint >> 32) & 4294967295)::oid
        AND l.objid = ($1::bigint & 4294967295)::oid
        AND l.database = (SELECT oid FROM pg_catalog.pg_database
                          WHERE datname = pg_catalog.current_database())
      """
    guard let result = try? connection.execute(sql, [Self.parameter]),
      let row = result.rows.first, let pid = row.int(0)
    else { return nil }
    return LockHolder(
      pid: pid, applicationName: row.text(1), user: row.text(2), connectedSince: row.text(3))
  }

  private static func busy(_ holder: LockHolder?, _ limit: Duration) -> MigrationError {
    let who = holder.map { " (process \($0.pid), \($0.applicationName))" } ?? ""
    return MigrationError(
      .locked,
      "another runner\(who) has been applying migrations for longer than the \(limit) to wait",
      remedy: "wait for it to end, then run the command again")
  }
}
