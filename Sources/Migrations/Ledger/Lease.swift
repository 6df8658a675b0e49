internal import Postgres

/// The right to apply migrations for a while, as a row of the database.
///
/// It takes the place of the session's lock where statements of one client reach different sessions
/// of the server, as behind a pooler in transaction mode.
struct Lease: Sendable, Equatable {
  /// Who has it.
  let id: String
  private let at: String

  /// A lease that is not taken yet.
  init(id: String, place: LedgerPlace) {
    self.id = id
    at = place.prefix
  }

  /// Until when it holds without being renewed: longer than any pause between two renewals, and
  /// short enough to wait for after its holder was killed.
  static let term = "60 seconds"

  /// Takes the lease if it is free or has run out; gives no row otherwise.
  ///
  /// It never waits: a transaction that a killed runner left open holds the row's lock until it ends,
  /// which on the Data API takes longer than a call may.
  var acquisition: PipelineStatement {
    PipelineStatement(
      """
      WITH unlocked AS (SELECT FROM \(at)migration_lease FOR UPDATE SKIP LOCKED)
      INSERT INTO \(at)migration_lease AS lease
        (holder, application_name, held_by, since, expires_at)
      SELECT $1::uuid, pg_catalog.current_setting('application_name'), session_user,
        pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp() + $2::interval
      WHERE EXISTS (SELECT FROM unlocked)
        OR NOT EXISTS (SELECT FROM \(at)migration_lease)
      ON CONFLICT (singleton) DO UPDATE SET holder = excluded.holder,
        application_name = excluded.application_name, held_by = excluded.held_by,
        since = excluded.since, expires_at = excluded.expires_at
      WHERE lease.expires_at < pg_catalog.clock_timestamp()
      RETURNING true
      """, [.text(id), .text(Self.term)])
  }

  /// Prolongs it, and fails (SQLSTATE 22012) when somebody else has it.
  ///
  /// The row stays locked until the transaction ends, so nobody takes it meanwhile.
  var renewal: PipelineStatement {
    PipelineStatement(
      """
      WITH renewed AS (
        UPDATE \(at)migration_lease
        SET expires_at = pg_catalog.clock_timestamp() + $2::interval
        WHERE holder = $1::uuid RETURNING 1
      )
      SELECT 1 OPERATOR(pg_catalog./) count(*) FROM renewed
      """, [.text(id), .text(Self.term)])
  }

  /// Gives it back.
  var release: PipelineStatement {
    PipelineStatement(
      "DELETE FROM \(at)migration_lease WHERE holder = $1::uuid RETURNING true", [.text(id)])
  }

  /// Who has it: application, role, since when.
  var holder: String {
    """
    SELECT application_name, held_by, since FROM \(at)migration_lease
    WHERE expires_at >= pg_catalog.clock_timestamp()
    """
  }
}
