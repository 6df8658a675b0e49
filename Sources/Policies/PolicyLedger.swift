internal import Postgres

/// The table `dbtool.policies`, which remembers which file was applied with which contents.
enum PolicyLedger {
  /// Checksums by file name; empty before the first run.
  static func read(on connection: any Connection) throws -> [String: String] {
    do {
      let result = try connection.execute("SELECT name, checksum FROM dbtool.policies")
      return Dictionary(
        result.rows.map { ($0.text(0), $0.text(1)) }, uniquingKeysWith: { first, _ in first })
    } catch let error as PostgresError
      where error.sqlState == .undefinedTable || error.sqlState == .undefinedSchema
    {
      // Planning changes nothing, so it does not create the table either.
      return [:]
    }
  }

  /// Makes the schema and the table unless they are there.
  ///
  /// Not `CREATE SCHEMA IF NOT EXISTS`: that asks for the privilege even when there is nothing to
  /// create.
  static let creation = PipelineStatement(
    """
    DO $ledger$
    BEGIN
      IF to_regnamespace('dbtool') IS NULL THEN
        CREATE SCHEMA dbtool;
      END IF;
      IF to_regclass('dbtool.policies') IS NULL THEN
        CREATE TABLE dbtool.policies (
          name text PRIMARY KEY,
          checksum text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT now(),
          applied_by text NOT NULL DEFAULT session_user,
          tool_version text NOT NULL,
          run_id uuid
        );
      END IF;
    END
    $ledger$
    """)

  static func note(_ file: PolicyFile, toolVersion: String, runID: String?) -> PipelineStatement {
    PipelineStatement(
      """
      INSERT INTO dbtool.policies AS p (name, checksum, tool_version, run_id)
      VALUES ($1, $2, $3, $4::uuid)
      ON CONFLICT (name) DO UPDATE
      SET checksum = excluded.checksum, applied_at = excluded.applied_at,
        applied_by = excluded.applied_by, tool_version = excluded.tool_version,
        run_id = excluded.run_id
      """,
      [.text(file.name), .text(file.checksum), .text(toolVersion), Parameter(runID)])
  }

  static func forget(_ name: String) -> PipelineStatement {
    PipelineStatement("DELETE FROM dbtool.policies WHERE name = $1", [.text(name)])
  }
}
