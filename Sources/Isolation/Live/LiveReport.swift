internal import Postgres
internal import Synthesis

/// What a run with `--live` kept to, and what it therefore could not check.
package struct LiveReport: Sendable, Codable, Equatable {
  /// A rule whose holes may stay unseen.
  package struct Limit: Sendable, Codable, Equatable {
    /// The rule.
    package var rule: String
    /// What such a run does not do.
    package var reason: String
  }

  /// How long a statement could wait for a lock.
  package var lockTimeout: String
  /// How long a statement could run.
  package var statementTimeout: String
  /// How long locks that DML takes were held on tables, in seconds; only DDL waits for them.
  package var seconds: Double
  /// The triggers whose functions are VOLATILE, as `schema.table: trigger`; they fire in trials.
  package var triggers: [String]
  /// True when the made-up rows were put in place without triggers.
  package var isSilent: Bool
  /// What could not be checked.
  package var limits: [Limit]

  /// The report on `survey`; nil when the run was none of that kind.
  ///
  /// - Throws: `PostgresError`.
  init?(_ survey: Survey, seconds: Double) throws {
    guard let options = survey.options.live else { return nil }
    lockTimeout = options.lockTimeout
    statementTimeout = options.statementTimeout
    self.seconds = seconds
    isSilent = survey.stage.isSilent
    triggers = try Self.triggers(of: Set(survey.stage.synthesizer.order.relations), survey)
    limits = Self.always + (isSilent ? [Self.withoutTriggers] : [])
    for (rule, reason) in survey.leftOut { limits.append(Limit(rule: rule, reason: reason)) }
  }

  /// Nobody sees what is put in place without triggers but who looks for what triggers write.
  private static let withoutTriggers = Limit(
    rule: "shared-table-leak",
    reason: "rows are put in place without their triggers, so nothing is copied into other tables")

  private static let always = [
    Limit(
      rule: "definer-function-reads", reason: "VOLATILE functions are not called, others are"),
    Limit(rule: "definer-function-writes", reason: "VOLATILE functions are not called"),
    Limit(
      rule: "matview-exposed",
      reason: "materialized views are not refreshed: only rows of real tenants in them tell"),
    Limit(
      rule: "cross-tenant-update",
      reason:
        "UPDATE and DELETE without WHERE are not run: the policies are evaluated over made-up rows"
    ),
  ]

  /// True when the session may switch triggers off for itself.
  ///
  /// - Throws: `PostgresError`.
  static func mayKeepTriggersSilent(_ connection: any Connection) throws -> Bool {
    let superuser = "(SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user)"
    let granted =
      connection.serverVersion >= 150_000
      ? " OR pg_catalog.has_parameter_privilege('session_replication_role', 'SET')" : ""
    return try connection.execute("SELECT (\(superuser)\(granted))::text").scalar == "true"
  }

  private static func triggers(of relations: Set<UInt32>, _ survey: Survey) throws -> [String] {
    let result = try survey.connection.execute(
      """
      SELECT g.tgrelid::text, g.tgname::text FROM pg_catalog.pg_trigger g
      JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
      WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND p.provolatile = 'v'
      ORDER BY g.tgrelid::regclass::text, g.tgname
      """)
    return result.rows.compactMap { row in
      guard let oid = UInt32(row.text(0)), relations.contains(oid),
        let relation = survey.catalog.relations[oid]
      else { return nil }
      return "\(relation.displayName): \(row.text(1))"
    }
  }
}

extension Survey {
  /// Takes note of a check that `--live` does not run.
  mutating func leaveOut(_ check: any IsolationCheck) {
    let phrase = check.phrase(self)
    coverage.missed(.check, phrase, "--live does not run it")
    leftOut += check.rules.map { ($0, "--live does not do this: \(phrase)") }
  }
}
