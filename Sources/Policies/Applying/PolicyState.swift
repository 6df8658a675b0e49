internal import Postgres

/// What the SQL files made of tables and policies, as it was when they were applied.
///
/// The manifest's own objects are held against the manifest instead.
struct PolicyState: Equatable {
  /// Definitions by `schema.table.policy`, and the switches of a table by `schema.table.`.
  var definitions: [String: String] = [:]

  /// Reads those that are there now.
  static let currentQuery = query(where: "true")

  /// Remembers those that the transaction at work has made, and forgets all others.
  ///
  /// Their ages are 0 or, of what a subtransaction made, less (PostgreSQL manual, section 24.1.5).
  static let recording = [
    PipelineStatement("DELETE FROM dbtool.policy_state"),
    PipelineStatement(
      "INSERT INTO dbtool.policy_state (object, definition) "
        + query(where: "pg_catalog.age(p.xmin) <= 0")),
  ]

  /// Remembers what became of them in the rest of the transaction: what the manifest does to the tables of
  /// the files is nobody's change by hand.
  static let renewing = PipelineStatement(
    """
    UPDATE dbtool.policy_state s SET definition = now.definition
    FROM (\(currentQuery)) AS now (object, definition)
    WHERE now.object = s.object AND now.definition <> s.definition
    """)

  private static func query(where condition: String) -> String {
    """
    WITH made AS (
      SELECT n.nspname || '.' || c.relname AS relation, p.polname::text AS policy,
        'row security ' || CASE WHEN c.relrowsecurity THEN 'on' ELSE 'off' END
          || CASE WHEN c.relforcerowsecurity THEN ', for the owner too' ELSE '' END AS switches,
        CASE WHEN p.polpermissive THEN '' ELSE 'AS RESTRICTIVE ' END
        || 'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
          WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
        || ' TO ' || coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', '
            ORDER BY r.rolname)
          FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)), 'PUBLIC')
        || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
        || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
        AS definition
      FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE \(condition))
    SELECT relation || '.' || policy, definition FROM made
    UNION SELECT relation || '.', switches FROM made
    """
  }

  /// What was changed by hand since.
  func drift(in current: PolicyState) -> [PolicyDrift] {
    definitions.sorted { $0.key < $1.key }.compactMap { key, definition in
      let now = current.definitions[key]
      // By bytes: another spelling of an accented letter is another constant to the server.
      guard now?.utf8.elementsEqual(definition.utf8) != true else { return nil }
      // A table of which all policies are gone says nothing of its switches.
      if now == nil, key.hasSuffix(".") { return nil }
      let isTable = key.hasSuffix(".")
      return PolicyDrift(
        object: isTable ? String(key.dropLast()) : key, applied: definition, now: now)
    }
  }
}

/// A policy or table that somebody changed since its SQL file was applied.
package struct PolicyDrift: Sendable, Equatable {
  /// `schema.table.policy`, or `schema.table` for row security itself.
  package var object: String
  /// How it was applied.
  package var applied: String
  /// How it is now; nil when it is gone.
  package var now: String?
}
