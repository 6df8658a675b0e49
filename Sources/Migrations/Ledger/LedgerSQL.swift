/// The SQL about the ledger.
///
/// Every name has its schema, because migrations change the search path.
struct LedgerSQL {
  private let place: LedgerPlace
  /// What stands before the names of tables.
  private var at: String { place.prefix }

  /// The SQL about the ledger of a place.
  init(_ place: LedgerPlace) { self.place = place }

  var read: String {
    """
    SELECT version, name, checksum,
      pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      duration_ms, applied_by
    FROM \(at)migrations ORDER BY version
    """
  }

  /// The digest of all versions and checksums, as `MigrationLedger.digest` makes it from files.
  var digest: String {
    """
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(
      pg_catalog.string_agg(version::text || ' ' || checksum, ',' ORDER BY version), ''), 'UTF8')),
      'hex')
    FROM \(at)migrations
    """
  }

  /// Makes what is missing.
  ///
  /// CREATE SCHEMA IF NOT EXISTS needs the right to create schemas even where the schema is there
  /// because an administrator made it, so it is looked for first.
  var create: [String] {
    [
      """
      DO $ledger$
      BEGIN
        IF pg_catalog.to_regnamespace(\(place.holderLiteral)) IS NULL THEN
          CREATE SCHEMA \(place.holder);
          \(place.schema == nil ? "REVOKE ALL ON SCHEMA dbtool FROM PUBLIC;" : "")
        END IF;
      END
      $ledger$
      """,
      """
      CREATE TABLE \(at)migrations (
        version bigint PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL,
        duration_ms bigint NOT NULL,
        applied_by text NOT NULL,
        tool_version text NOT NULL,
        run_id uuid NOT NULL
      )
      """,
      "REVOKE ALL ON TABLE \(at)migrations FROM PUBLIC",
      "COMMENT ON TABLE \(at)migrations IS 'Migrations that dbtool applied; see dbtool migrate status'",
    ]
  }

  /// Makes the tables beside the ledger when they are missing, without a notice when they are not.
  var extend: String {
    """
    DO $ledger$
    BEGIN
      IF pg_catalog.to_regclass(\(place.literal("migration_texts"))) IS NULL THEN
        CREATE TABLE \(at)migration_texts (version bigint PRIMARY KEY, text text NOT NULL);
        REVOKE ALL ON TABLE \(at)migration_texts FROM PUBLIC;
        COMMENT ON TABLE \(at)migration_texts IS 'The texts of applied migrations';
      END IF;
      IF pg_catalog.to_regclass(\(place.literal("migration_progress"))) IS NULL THEN
        CREATE TABLE \(at)migration_progress (
          version bigint NOT NULL,
          direction text NOT NULL,
          statement integer NOT NULL,
          digest text NOT NULL,
          started_at timestamptz NOT NULL,
          finished_at timestamptz,
          PRIMARY KEY (version, direction, statement)
        );
        REVOKE ALL ON TABLE \(at)migration_progress FROM PUBLIC;
        COMMENT ON TABLE \(at)migration_progress IS
          'Statements of migrations outside a transaction that are not finished as a whole';
      END IF;
      IF pg_catalog.to_regclass(\(place.literal("migration_lease"))) IS NULL THEN
        CREATE TABLE \(at)migration_lease (
          singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
          holder uuid NOT NULL,
          application_name text NOT NULL,
          held_by text NOT NULL,
          since timestamptz NOT NULL,
          expires_at timestamptz NOT NULL
        );
        REVOKE ALL ON TABLE \(at)migration_lease FROM PUBLIC;
        COMMENT ON TABLE \(at)migration_lease IS
          'Who applies migrations through a pooler, where a session has no lock of its own';
      END IF;
    END
    $ledger$
    """
  }

  /// The texts of versions, as an array.
  var texts: String {
    """
    SELECT version, text FROM \(at)migration_texts WHERE version = ANY ($1::bigint[])
    """
  }

  /// Records a migration: version, name, checksum, milliseconds or NULL, tool version, run, text.
  ///
  /// Without milliseconds it is the time since the transaction began, by the server's clock. Texts
  /// that are worth it are compressed by the server (PostgreSQL manual, section 73.2 "TOAST"). Fails
  /// (SQLSTATE 22012) when the row is not kept: a trigger on the ledger may drop it in silence.
  var insert: String {
    """
    WITH text AS (
      INSERT INTO \(at)migration_texts (version, text) VALUES ($1, $7)
      ON CONFLICT (version) DO UPDATE SET text = excluded.text
    ), kept AS (
      INSERT INTO \(at)migrations
        (version, name, checksum, applied_at, duration_ms, applied_by, tool_version, run_id)
      VALUES ($1, $2, $3, pg_catalog.clock_timestamp(), coalesce($4::bigint, \(Self.elapsed)),
        session_user, $5, $6)
      RETURNING duration_ms AS ms
    )
    \(Self.milliseconds)
    """
  }

  /// Takes another text for what was applied: version, name, checksum, text.
  var realign: String {
    """
    WITH text AS (
      INSERT INTO \(at)migration_texts (version, text) VALUES ($1, $4)
      ON CONFLICT (version) DO UPDATE SET text = excluded.text
    )
    UPDATE \(at)migrations SET name = $2, checksum = $3 WHERE version = $1
    """
  }

  /// Fails (SQLSTATE 22012) unless a version is recorded.
  var predecessor: String {
    """
    SELECT 1 OPERATOR(pg_catalog./) count(*) FROM \(at)migrations
    WHERE version OPERATOR(pg_catalog.=) $1::bigint
    """
  }

  /// Forgets a migration: version, milliseconds or NULL.
  ///
  /// Fails (SQLSTATE 22012) when no row goes.
  var delete: String {
    """
    WITH text AS (DELETE FROM \(at)migration_texts WHERE version = $1), kept AS (
      DELETE FROM \(at)migrations WHERE version = $1
      RETURNING coalesce($2::bigint, \(Self.elapsed)) AS ms
    )
    \(Self.milliseconds)
    """
  }

  private static let milliseconds = """
    SELECT coalesce(pg_catalog.min(ms), 0) OPERATOR(pg_catalog./) pg_catalog.count(*) FROM kept
    """

  private static let elapsed = """
    (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() \
    - pg_catalog.transaction_timestamp()) * 1000)::bigint
    """
}
