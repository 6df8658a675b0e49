/// The SQL about the ledger.
///
/// Every name has its schema, because migrations change the search path.
enum LedgerSQL {
  static let read = """
    SELECT version, name, checksum,
      pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      duration_ms, applied_by
    FROM dbtool.migrations ORDER BY version
    """

  /// The digest of all versions and checksums, as `MigrationLedger.digest` makes it from files.
  static let digest = """
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(
      pg_catalog.string_agg(version::text || ' ' || checksum, ',' ORDER BY version), ''), 'UTF8')),
      'hex')
    FROM dbtool.migrations
    """

  /// Makes what is missing.
  ///
  /// CREATE SCHEMA IF NOT EXISTS needs the right to create schemas even where the schema is there
  /// because an administrator made it, so it is looked for first.
  static let create = [
    """
    DO $ledger$
    BEGIN
      IF pg_catalog.to_regnamespace('dbtool') IS NULL THEN
        CREATE SCHEMA dbtool;
        REVOKE ALL ON SCHEMA dbtool FROM PUBLIC;
      END IF;
    END
    $ledger$
    """,
    """
    CREATE TABLE dbtool.migrations (
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
    "REVOKE ALL ON TABLE dbtool.migrations FROM PUBLIC",
    "COMMENT ON TABLE dbtool.migrations IS 'Migrations that dbtool applied; see dbtool migrate status'",
  ]

  /// Makes the tables beside the ledger when they are missing, without a notice when they are not.
  static let extend = """
    DO $ledger$
    BEGIN
      IF pg_catalog.to_regclass('dbtool.migration_texts') IS NULL THEN
        CREATE TABLE dbtool.migration_texts (version bigint PRIMARY KEY, text text NOT NULL);
        REVOKE ALL ON TABLE dbtool.migration_texts FROM PUBLIC;
        COMMENT ON TABLE dbtool.migration_texts IS 'The texts of applied migrations';
      END IF;
      IF pg_catalog.to_regclass('dbtool.migration_progress') IS NULL THEN
        CREATE TABLE dbtool.migration_progress (
          version bigint NOT NULL,
          direction text NOT NULL,
          statement integer NOT NULL,
          digest text NOT NULL,
          started_at timestamptz NOT NULL,
          finished_at timestamptz,
          PRIMARY KEY (version, direction, statement)
        );
        REVOKE ALL ON TABLE dbtool.migration_progress FROM PUBLIC;
        COMMENT ON TABLE dbtool.migration_progress IS
          'Statements of migrations outside a transaction that are not finished as a whole';
      END IF;
      IF pg_catalog.to_regclass('dbtool.migration_lease') IS NULL THEN
        CREATE TABLE dbtool.migration_lease (
          singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
          holder uuid NOT NULL,
          application_name text NOT NULL,
          held_by text NOT NULL,
          since timestamptz NOT NULL,
          expires_at timestamptz NOT NULL
        );
        REVOKE ALL ON TABLE dbtool.migration_lease FROM PUBLIC;
        COMMENT ON TABLE dbtool.migration_lease IS
          'Who applies migrations through a pooler, where a session has no lock of its own';
      END IF;
    END
    $ledger$
    """

  /// The texts of versions, as an array.
  static let texts = """
    SELECT version, text FROM dbtool.migration_texts WHERE version = ANY ($1::bigint[])
    """

  /// Records a migration: version, name, checksum, milliseconds or NULL, tool version, run, text.
  ///
  /// Without milliseconds it is the time since the transaction began, by the server's clock. Texts
  /// that are worth it are compressed by the server (PostgreSQL manual, section 73.2 "TOAST").
  static let insert = """
    WITH text AS (
      INSERT INTO dbtool.migration_texts (version, text) VALUES ($1, $7)
      ON CONFLICT (version) DO UPDATE SET text = excluded.text
    )
    INSERT INTO dbtool.migrations
      (version, name, checksum, applied_at, duration_ms, applied_by, tool_version, run_id)
    VALUES ($1, $2, $3, pg_catalog.clock_timestamp(), coalesce($4::bigint, \(elapsed)),
      session_user, $5, $6)
    RETURNING duration_ms
    """

  /// Takes another text for what was applied: version, name, checksum, text.
  static let realign = """
    WITH text AS (
      INSERT INTO dbtool.migration_texts (version, text) VALUES ($1, $4)
      ON CONFLICT (version) DO UPDATE SET text = excluded.text
    )
    UPDATE dbtool.migrations SET name = $2, checksum = $3 WHERE version = $1
    """

  /// Fails (SQLSTATE 22012) unless a version is recorded.
  static let predecessor = """
    SELECT 1 OPERATOR(pg_catalog./) count(*) FROM dbtool.migrations
    WHERE version OPERATOR(pg_catalog.=) $1::bigint
    """

  /// Forgets a migration: version, milliseconds or NULL.
  static let delete = """
    WITH text AS (DELETE FROM dbtool.migration_texts WHERE version = $1)
    DELETE FROM dbtool.migrations WHERE version = $1
    RETURNING coalesce($2::bigint, \(elapsed))
    """

  private static let elapsed = """
    (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() \
    - pg_catalog.transaction_timestamp()) * 1000)::bigint
    """
}
