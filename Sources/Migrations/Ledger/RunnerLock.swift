internal import Postgres

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What lets one runner at a time apply migrations to a database: an advisory lock of the session,
/// or, behind a pooler, a lease.
struct RunnerLock {
  let connection: any Connection
  /// What is migrated, and where its ledger lies.
  let place: LedgerPlace
  /// The server process of the session.
  private(set) var backendPID = 0
  /// Behind a pooler, what takes the place of the session's lock.
  private(set) var lease: Lease?

  init(connection: any Connection, place: LedgerPlace = .database, lease: Lease? = nil) {
    self.connection = connection
    self.place = place
    self.lease = lease
  }

  /// Waits for the lock, and reads the ledger once it is held.
  ///
  /// It asks again and again instead of waiting inside the server: a session that waits there has
  /// a snapshot, and the other runner's CREATE INDEX CONCURRENTLY would wait for that snapshot.
  static func acquire(
    on connection: any Connection, place: LedgerPlace, waitLimit: Duration?,
    cancellation: Cancellation? = nil,
    progress: (MigrationEvent) -> Void
  ) throws(MigrationError) -> (lock: RunnerLock, ledger: MigrationLedger) {
    // No session at all, so there is nothing that could hold a lock.
    if connection.transport == .dataAPI {
      return try acquireLease(
        on: connection, place: place, waitLimit: waitLimit, cancellation: cancellation,
        progress: progress)
    }
    var lock = RunnerLock(connection: connection, place: place)
    let clock = ContinuousClock()
    let start = clock.now
    var pause = 50
    var announced: LockHolder??
    // One wait for lock and ledger, which is all that most runs need.
    switch try lock.attempt() {
    case .granted(let ledger): return (lock, ledger)
    case .held: break
    case .pooled:
      return try acquireLease(
        on: connection, place: place, waitLimit: waitLimit, cancellation: cancellation,
        progress: progress)
    }
    while true {
      let holder = lock.holder()
      if announced != .some(holder) {
        progress(.waiting(holder))
        announced = holder
      }
      if let waitLimit, clock.now - start >= waitLimit { throw Self.busy(holder, waitLimit) }
      try Self.pause(.milliseconds(pause), cancellation)
      pause = min(pause * 2, 500)
      // Without the ledger: its absence would be an error in the server's log each time.
      if try lock.tryLock() { return (lock, try lock.readLedger()) }
    }
  }

  /// Gives the lock back, after whatever was sent before.
  var releasing: PipelineStatement {
    lease?.release
      ?? PipelineStatement("SELECT pg_catalog.pg_advisory_unlock($1::bigint)", [parameter])
  }

  /// True when the answer to `releasing` says that the lock was held until then.
  func wasHeld(_ result: QueryResult) -> Bool {
    lease == nil ? result.scalar == "t" : !result.rows.isEmpty
  }

  /// Gives the lock back.
  ///
  /// - Returns: False when it was not held any more.
  func release() -> Bool {
    var statement = releasing
    statement.isCleanup = true
    let outcomes = try? connection.pipeline([statement])
    return outcomes?.first?.result.map(wasHeld) ?? false
  }

  private enum Attempt {
    case granted(MigrationLedger)
    case held
    case pooled
  }

  /// The lock and the ledger in one wait.
  private mutating func attempt() throws(MigrationError) -> Attempt {
    // The synchronization between them keeps the lock when there is no ledger yet, and gives the
    // second a snapshot taken after the lock.
    let outcomes: [PipelineOutcome]
    do {
      outcomes = try connection.pipeline([
        PipelineStatement(
          Self.tryLockSQL,
          [parameter, Parameter(connection.announcedPID.map { String($0) })],
          synchronizes: true),
        PipelineStatement(LedgerSQL(place).read),
      ])
      if let error = outcomes[0].error { throw error }
    } catch {
      throw Self.refusal(error)
    }
    backendPID = outcomes[0].result?.rows.first?.int(1) ?? 0
    guard let granted = outcomes[0].result?.scalar else { return .pooled }
    guard granted == "t" else { return .held }
    return .granted(
      try releasingOnError { () throws(MigrationError) in
        if let rows = outcomes[1].result { return try MigrationLedger(rows: rows, place) }
        return try MigrationLedger(
          refusedWith: outcomes[1].error ?? PostgresError(.connectionLost, "no answer"), place)
      })
  }

  static func pause(
    _ duration: Duration, _ cancellation: Cancellation?
  ) throws(MigrationError) {
    let clock = ContinuousClock()
    let end = clock.now + duration
    repeat {
      do {
        try cancellation?.check()
      } catch {
        throw refusal(error)
      }
      usleep(25_000)
    } while clock.now < end
  }

  private func tryLock() throws(MigrationError) -> Bool {
    do {
      return try connection.execute(Self.tryLockSQL, [parameter, .null]).scalar == "t"
    } catch {
      throw Self.refusal(error)
    }
  }

  private func readLedger() throws(MigrationError) -> MigrationLedger {
    try releasingOnError { () throws(MigrationError) in
      try MigrationLedger.read(on: connection, place)
    }
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

  /// Takes the lock: key, and the process id that the connection began with.
  ///
  /// NULL behind a pooler, which announces an id of its own: a session's lock would belong to
  /// whoever gets that session of the server next.
  private static let tryLockSQL = """
    SELECT CASE WHEN coalesce($2::int, pg_catalog.pg_backend_pid())
        OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
      THEN pg_catalog.pg_try_advisory_lock($1::bigint) END,
      pg_catalog.pg_backend_pid()
    """
  private var parameter: Parameter { .text(String(place.lockKey)) }

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
    guard let result = try? connection.execute(sql, [parameter]),
      let row = result.rows.first, let pid = row.int(0)
    else { return nil }
    return LockHolder(
      pid: pid, applicationName: row.text(1), user: row.text(2), connectedSince: row.text(3))
  }

  static func busy(_ holder: LockHolder?, _ limit: Duration) -> MigrationError {
    let who =
      holder.map { holder in
        " (" + (holder.pid.map { "process \($0), " } ?? "") + holder.applicationName + ")"
      } ?? ""
    return MigrationError(
      .locked,
      "another runner\(who) has been applying migrations for longer than the \(limit) to wait",
      remedy: "wait for it to end, then run the command again")
  }
}
