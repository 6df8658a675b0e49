package import Postgres
internal import SQLSyntax
internal import Wording

/// The table `dbtool.runs`: what was run, when, by whom, how long, and with what result.
package struct RunLedger {
  private let connection: any Connection

  /// The ledger of a database.
  package init(_ connection: any Connection) { self.connection = connection }

  /// Notes a run, and forgets those that are older than `keep`.
  ///
  /// It is one network wait, and it is sent although the caller asked to stop: that a run was interrupted
  /// is worth knowing too.
  ///
  /// - Parameters:
  ///   - keep: How long runs are kept, as an interval in PostgreSQL's notation; nil keeps them.
  ///   - creates: Makes the table when it is not there; otherwise the run is not noted.
  /// - Returns: False when there is no table, and none was to be made.
  /// - Throws: `PostgresError`, for example of a server that is read-only.
  package func note(_ run: RunRecord, keep: String?, creates: Bool) throws -> Bool {
    if connection.transactionStatus != .idle {
      _ = try? connection.pipeline([.cleanup("ROLLBACK")])
    }
    do {
      try apply(statements(for: run, keep: keep))
    } catch  where error.isMissingTable {
      guard creates else { return false }
      do {
        try apply(Self.creation)
      } catch  where error.isAlreadyThere {
        // Another run made it at the same moment.
      }
      try apply(statements(for: run, keep: keep))
    }
    return true
  }

  /// The runs, the newest first.
  ///
  /// - Parameters:
  ///   - since: Only those of this last stretch of time, as an interval; nil for all.
  ///   - command: Only those of this command.
  /// - Returns: Nil when the database remembers none because it has no table for them.
  /// - Throws: `PostgresError`.
  package func runs(
    since: String? = nil, command: String? = nil, limit: Int
  ) throws -> [RunRecord]? {
    try query(
      """
      WHERE ($1::text IS NULL OR started_at >= now() - $1::text::interval)
        AND ($2::text IS NULL OR command = $2::text)
      ORDER BY started_at DESC, id LIMIT $3::text::bigint
      """, [Parameter(since), Parameter(command), .text(String(limit))])
  }

  /// The runs whose ids begin with `prefix`, which are two at most.
  package func runs(withIDPrefix prefix: String) throws -> [RunRecord]? {
    try query(
      "WHERE starts_with(id::text, lower($1::text)) ORDER BY started_at DESC LIMIT 2",
      [.text(prefix)])
  }

  /// A migration and how long it took.
  package struct SlowMigration: Sendable, Equatable {
    /// Version and name.
    package var label: String
    /// How long it took when it was applied.
    package var milliseconds: Int
  }

  /// The migrations that took longest; none where the database has no ledger of them.
  package func slowestMigrations(limit: Int) throws -> [SlowMigration] {
    do {
      return try connection.execute(
        """
        SELECT version || '_' || name, duration_ms FROM dbtool.migrations
        ORDER BY duration_ms DESC, version LIMIT $1::text::bigint
        """, [.text(String(limit))]
      ).rows.map { SlowMigration(label: $0.text(0), milliseconds: $0.int(1) ?? 0) }
    } catch let error as PostgresError where error.isMissingTable {
      return []
    }
  }

  private func query(_ clauses: String, _ parameters: [Parameter]) throws -> [RunRecord]? {
    let rows: QueryResult
    do {
      rows = try connection.execute(
        """
        SELECT id::text, command, target, tool_version, git_commit, run_by, database_user,
          to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), duration_ms, result,
          exit_code, error,
          (SELECT coalesce(string_agg(c.key || '=' || c.value, ' '), '')
            FROM jsonb_each_text(counts) c)
        FROM dbtool.runs
        """ + "\n" + clauses, parameters)
    } catch let error as PostgresError where error.isMissingTable {
      return nil
    }
    return rows.rows.map { row in
      var counts: [String: Int] = [:]
      for pair in row.text(12).split(separator: " ") {
        let parts = pair.split(separator: "=")
        if parts.count == 2 { counts[String(parts[0])] = Int(parts[1]) }
      }
      return RunRecord(
        id: row.text(0), command: row.text(1), target: row.text(2), toolVersion: row.text(3),
        gitCommit: row[4], runBy: row.text(5), databaseUser: row[6], startedAt: row.text(7),
        milliseconds: row.int(8) ?? 0, result: RunRecord.Result(rawValue: row.text(9)) ?? .failed,
        exitCode: row.int(10) ?? 0, error: row[11], counts: counts)
    }
  }

  /// - Throws: `PostgresError` of the first statement that is refused; then none has had an effect.
  private func apply(_ statements: [PipelineStatement]) throws(PostgresError) {
    let outcomes: [PipelineOutcome]
    do {
      outcomes = try connection.pipeline(statements)
    } catch {
      throw error as? PostgresError ?? PostgresError(.connectionLost, "\(error)")
    }
    guard let error = outcomes.lazy.compactMap(\.error).first else { return }
    if connection.transactionStatus != .idle {
      _ = try? connection.pipeline([.cleanup("ROLLBACK")])
    }
    throw error
  }

  /// Two statements of one transaction that the server makes by itself: with nothing to migrate, this is a
  /// noticeable part of a run.
  private func statements(for run: RunRecord, keep: String?) -> [PipelineStatement] {
    [
      // A run that is forgotten in a crash of the server does no harm; waiting for the disk does.
      .cleanup(
        """
        SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '1s', true)
        """),
      .cleanup(
        """
        WITH old AS (
          DELETE FROM dbtool.runs WHERE started_at < now() - $13::text::interval)
        INSERT INTO dbtool.runs (id, command, target, tool_version, git_commit, run_by, started_at,
          duration_ms, result, exit_code, error, counts)
        VALUES ($1::text::uuid, $2::text, $3::text, $4::text, $5::text, $6::text,
          $7::text::timestamptz, $8::text::bigint, $9::text, $10::text::integer, $11::text,
          $12::text::jsonb)
        """,
        [
          .text(run.id), .text(run.command), .text(run.target), .text(run.toolVersion),
          Parameter(run.gitCommit), .text(run.runBy), .text(run.startedAt),
          .text(String(run.milliseconds)), .text(run.result.rawValue), .text(String(run.exitCode)),
          Parameter(run.error), .text(Self.json(run.counts)), Parameter(keep),
        ]),
    ]
  }

  private static func json(_ counts: [String: Int]) -> String {
    let members = counts.sorted { $0.key < $1.key }.map {
      "\(JSONText.quoted($0.key)): \($0.value)"
    }
    return "{" + members.joined(separator: ", ") + "}"
  }

  private static let creation: [PipelineStatement] = [
    .cleanup("BEGIN"),
    .cleanup("CREATE SCHEMA IF NOT EXISTS dbtool"),
    .cleanup(
      """
      CREATE TABLE IF NOT EXISTS dbtool.runs (
        id uuid PRIMARY KEY,
        command text NOT NULL,
        target text NOT NULL,
        tool_version text NOT NULL,
        git_commit text,
        run_by text NOT NULL,
        database_user text NOT NULL DEFAULT session_user,
        started_at timestamptz NOT NULL,
        duration_ms bigint NOT NULL,
        result text NOT NULL,
        exit_code integer NOT NULL,
        error text,
        counts jsonb NOT NULL
      )
      """),
    .cleanup("CREATE INDEX IF NOT EXISTS runs_started_at ON dbtool.runs (started_at)"),
    .cleanup("COMMIT"),
  ]
}

extension PipelineStatement {
  /// A statement that is sent although the caller asked to stop, and whose result nobody looks at.
  fileprivate static func cleanup(_ sql: String, _ parameters: [Parameter] = []) -> Self {
    var statement = PipelineStatement(sql, parameters)
    statement.isCleanup = true
    statement.isResultNeeded = false
    return statement
  }
}

extension PostgresError {
  /// undefined_table, invalid_schema_name.
  fileprivate var isMissingTable: Bool {
    ["42P01", "3F000"].contains(sqlState?.rawValue ?? "")
  }

  /// unique_violation in a catalog, duplicate_schema, duplicate_table.
  fileprivate var isAlreadyThere: Bool {
    ["23505", "42P06", "42P07"].contains(sqlState?.rawValue ?? "")
  }
}
