internal import Postgres

/// The table `dbtool.policies`, which remembers which file was applied with which contents, and
/// `dbtool.policy_state`, which remembers what the files made.
enum PolicyLedger {
  /// What is remembered, and what there is.
  struct Memory {
    /// Checksums by file name; empty before the first run.
    var checksums: [String: String]
    /// What SQL files had made when they were applied last; empty before that.
    var applied: PolicyState
    /// What there is now.
    var current: PolicyState
  }

  /// Reads everything in one network wait.
  static func read(on connection: any Connection) throws -> Memory {
    let texts = [
      "SELECT name, checksum FROM dbtool.policies",
      "SELECT object, definition FROM dbtool.policy_state", PolicyState.currentQuery,
    ]
    let pairs = try connection.pipeline(
      texts.map { PipelineStatement($0, synchronizes: true) }
    ).map { outcome -> [String: String] in
      if let error = outcome.error {
        // Planning changes nothing, so it does not create the tables either.
        if [.undefinedTable, .undefinedSchema].contains(error.sqlState) { return [:] }
        throw error
      }
      guard let rows = outcome.result?.rows else { return [:] }
      return Dictionary(
        rows.map { ($0.text(0), $0.text(1)) }, uniquingKeysWith: { first, _ in first })
    }
    return Memory(
      checksums: pairs[0], applied: PolicyState(definitions: pairs[1]),
      current: PolicyState(definitions: pairs[2]))
  }

  /// What SQL files had made when they were applied last, inside a transaction.
  static func state(on connection: any Connection) throws -> PolicyState {
    let result = try connection.execute("SELECT object, definition FROM dbtool.policy_state")
    return PolicyState(
      definitions: Dictionary(
        result.rows.map { ($0.text(0), $0.text(1)) }, uniquingKeysWith: { first, _ in first }))
  }

  /// Makes the tables unless they are there.
  static let creation = LedgerTables.creation([
    "policies": """
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL DEFAULT session_user,
    tool_version text NOT NULL,
    run_id uuid
    """,
    "policy_state": """
    object text PRIMARY KEY,
    definition text NOT NULL
    """,
  ])

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
