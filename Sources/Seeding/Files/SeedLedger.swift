internal import Postgres

/// The table `dbtool.seeds`, which remembers which file ran for which tenant with which contents.
enum SeedLedger {
  /// What identifies a step; the tenant is empty for files that run as the administrator.
  ///
  /// Kept as bytes: Swift takes two spellings of an accented letter for the same text, PostgreSQL
  /// does not. A NUL, which neither part can hold, parts them.
  struct Key: Hashable {
    private let bytes: [UInt8]

    init(file: String, tenant: String) {
      bytes = Array(file.utf8) + [0] + Array(tenant.utf8)
    }
  }

  /// Checksums by step.
  typealias Contents = [Key: String]

  static let query = "SELECT file, tenant, checksum FROM dbtool.seeds"

  /// What the ledger holds; nothing before the first run.
  static func read(on connection: any Connection) throws -> Contents {
    do {
      return contents(of: try connection.execute(query))
    } catch let error as PostgresError
      where error.sqlState == .undefinedTable || error.sqlState == .undefinedSchema
    {
      // Planning changes nothing, so it does not create the table either.
      return [:]
    }
  }

  static func contents(of result: QueryResult) -> Contents {
    var contents: Contents = [:]
    for row in result.rows {
      contents[Key(file: row.text(0), tenant: row.text(1))] = row.text(2)
    }
    return contents
  }

  /// Makes the tables unless they are there.
  static let creation = LedgerTables.creation([
    "seeds": """
    file text NOT NULL,
    tenant text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    rows bigint NOT NULL,
    applied_by text NOT NULL DEFAULT session_user,
    tool_version text NOT NULL,
    run_id uuid,
    PRIMARY KEY (file, tenant)
    """
  ])

  /// Changes nothing where another runner has noted the step with the same contents.
  static func note(_ step: SeedStep, rows: Int, by runner: SeedRunner) -> PipelineStatement {
    PipelineStatement(
      """
      INSERT INTO dbtool.seeds AS s (file, tenant, checksum, rows, tool_version, run_id)
      VALUES ($1, $2, $3, $4::bigint, $5, $6::uuid)
      ON CONFLICT (file, tenant) DO UPDATE
      SET checksum = excluded.checksum, applied_at = excluded.applied_at, rows = excluded.rows,
        applied_by = excluded.applied_by, tool_version = excluded.tool_version,
        run_id = excluded.run_id
      WHERE s.checksum IS DISTINCT FROM excluded.checksum
      """,
      [
        .text(step.file.name), .text(step.tenant ?? ""), .text(step.file.checksum),
        .text(String(rows)), .text(runner.toolVersion), Parameter(runner.runID),
      ])
  }
}
