internal import Postgres

/// The SQL about steps that are under way outside a transaction.
struct ProgressSQL {
  private let at: String

  /// The SQL about the progress of what is migrated in a place.
  init(_ place: LedgerPlace) { at = place.prefix }

  /// Statement, digest and whether it is finished: version, direction.
  var read: String {
    """
    SELECT statement, digest, finished_at IS NOT NULL FROM \(at)migration_progress
    WHERE version OPERATOR(pg_catalog.=) $1::bigint AND direction OPERATOR(pg_catalog.=) $2
    """
  }

  /// How many units are finished: version, direction, count.
  var counts: String {
    """
    SELECT version, direction, count(finished_at) FROM \(at)migration_progress
    GROUP BY version, direction
    """
  }

  /// Records that a unit is begun: version, direction, statement, digest.
  var begin: String {
    """
    INSERT INTO \(at)migration_progress (version, direction, statement, digest, started_at)
    VALUES ($1, $2, $3, $4, pg_catalog.clock_timestamp())
    ON CONFLICT (version, direction, statement)
    DO UPDATE SET started_at = excluded.started_at, digest = excluded.digest
    """
  }

  /// Records that a unit is done: version, direction, statement, digest.
  var finish: String {
    """
    INSERT INTO \(at)migration_progress
      (version, direction, statement, digest, started_at, finished_at)
    VALUES ($1, $2, $3, $4, pg_catalog.transaction_timestamp(), pg_catalog.clock_timestamp())
    ON CONFLICT (version, direction, statement) DO UPDATE SET finished_at = excluded.finished_at
    """
  }

  /// Forgets that a unit was begun, since the server refused it: version, direction, statement.
  var forget: String {
    """
    DELETE FROM \(at)migration_progress
    WHERE version OPERATOR(pg_catalog.=) $1::bigint AND direction OPERATOR(pg_catalog.=) $2
      AND statement OPERATOR(pg_catalog.=) $3::int
    """
  }

  /// Forgets all of a step: version, direction.
  var clear: String {
    """
    DELETE FROM \(at)migration_progress
    WHERE version OPERATOR(pg_catalog.=) $1::bigint AND direction OPERATOR(pg_catalog.=) $2
    """
  }

  /// The session's own role for the rest of a transaction, whatever role the script took on.
  static let asOneself = ["SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE"]
}
