internal import Postgres

/// Looks, through a session of its own, at what the runner's session waits for.
///
/// That session is opened when there is something to look at, which most runs never need.
final class LockWatch {
  private let open: @Sendable () throws -> any Connection
  private let pid: Int
  private var session: (any Connection)?
  /// What was waited for when it was looked at last.
  private(set) var last: LockWait?
  private var hasFailed = false
  private var renewed = ContinuousClock.now

  /// A watch over the session of the server process `pid`.
  init(pid: Int, open: @escaping @Sendable () throws -> any Connection) {
    self.pid = pid
    self.open = open
  }

  deinit { session?.close() }

  /// Prolongs a lease while a statement outside a transaction runs.
  func renew(_ lease: Lease?) {
    let clock = ContinuousClock()
    guard let lease, !hasFailed, clock.now - renewed > .seconds(15) else { return }
    renewed = clock.now
    do {
      let session = try session ?? open()
      self.session = session
      try session.execute(lease.renewal.sql, lease.renewal.parameters)
    } catch {
      // Should it run out and be taken, the next transaction finds out.
    }
  }

  /// What is waited for now, unless it is what was waited for before; nil when nothing is.
  func news() -> LockWait? {
    guard let wait = look() else { return nil }
    let isKnown =
      last?.object == wait.object && last?.blockers.map(\.pid) == wait.blockers.map(\.pid)
    last = wait
    return isKnown ? nil : wait
  }

  /// What is waited for now; nil when nothing is, or when that cannot be seen.
  private func look() -> LockWait? {
    // To look is a courtesy: where it fails, the run goes on without.
    guard !hasFailed else { return nil }
    do {
      let session = try session ?? open()
      self.session = session
      return try wait(session)
    } catch {
      hasFailed = true
      session?.close()
      return nil
    }
  }

  private func wait(_ session: any Connection) throws -> LockWait? {
    let result = try session.execute(Self.sql, [.text(String(pid))])
    guard let first = result.rows.first else { return nil }
    let blockers = result.rows.compactMap { row -> LockWait.Blocker? in
      guard let pid = row.int(2) else { return nil }
      return LockWait.Blocker(
        pid: pid, user: row.text(3), applicationName: row.text(4), state: row.text(5),
        seconds: row.int(6), query: MigrationError.shortened(row.text(7), limit: 80))
    }
    return LockWait(object: first[0], mode: first.text(1), blockers: blockers)
  }

  /// PostgreSQL manual, sections 54.12 "pg_locks" and 9.26 (`pg_blocking_pids`).
  private static let sql = """
    SELECT l.relation::pg_catalog.regclass::text, l.mode, a.pid, a.usename, a.application_name,
      a.state, pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start)::int,
      pg_catalog.left(a.query, 400)
    FROM pg_catalog.pg_locks l
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = ANY (pg_catalog.pg_blocking_pids(l.pid))
    WHERE l.pid = $1::int AND NOT l.granted
    ORDER BY a.xact_start NULLS LAST
    """
}
