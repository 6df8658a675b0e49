import Postgres
import Wording

/// Looks at what row-level security needs to work at all.
struct RowSecurityChecks {
  let connection: any Connection
  let column: String
  let setting: String
  /// Tables that need none, as `schema.name`.
  let exempt: Set<String>

  /// So many tables are named.
  private static let limit = 5

  func run() throws -> [Diagnosis] { try rowSecurity() + context() + tables() }

  /// `row_security` off turns every query that a policy would filter into an error.
  private func rowSecurity() throws -> [Diagnosis] {
    let value = try connection.execute("SELECT pg_catalog.current_setting('row_security')").scalar
    guard value != "on" else { return [] }
    return [
      Diagnosis(
        "row-security", .bad, "row_security is off: queries that policies filter fail",
        remedy: "ALTER DATABASE … RESET row_security, and the same for the role")
    ]
  }

  /// A tenant that sessions begin with is the tenant of whoever forgets to set one.
  private func context() throws -> [Diagnosis] {
    let places = try connection.execute(
      """
      SELECT coalesce(r.rolname, 'every role')::text, coalesce(d.datname, 'every database')::text
      FROM pg_catalog.pg_db_role_setting s
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
      LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
      WHERE (s.setdatabase = 0 OR d.datname = pg_catalog.current_database())
        AND EXISTS (
          SELECT FROM pg_catalog.unnest(s.setconfig) AS c
          WHERE pg_catalog.lower(pg_catalog.split_part(c, '=', 1)) = pg_catalog.lower($1)
            AND pg_catalog.split_part(c, '=', 2) <> '')
      ORDER BY 1, 2
      """, [.text(setting)]
    ).rows.map { "\($0.text(0)) in \($0.text(1))" }
    if !places.isEmpty {
      return [
        Diagnosis(
          "context", .bad,
          "sessions begin with a value of \(setting): \(places.joined(separator: "; "))",
          remedy:
            "ALTER ROLE or DATABASE … RESET \(setting): who forgets to set a tenant must have none")
      ]
    }
    let value = try connection.execute(
      "SELECT pg_catalog.current_setting($1, true)", [.text(setting)]
    ).scalar
    guard let value, !value.isEmpty else {
      return [Diagnosis("context", .good, "no session begins with a value of \(setting)")]
    }
    return [
      Diagnosis(
        "context", .bad, "this session began with a value of \(setting)",
        remedy: "take it out of postgresql.conf, PGOPTIONS, or options in the URL")
    ]
  }

  private func tables() throws -> [Diagnosis] {
    let answer = try connection.execute(
      """
      SELECT n.nspname || '.' || c.relname, c.relrowsecurity::text, c.relforcerowsecurity::text
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
      WHERE a.attname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbtool')
      ORDER BY 1
      """, [.text(column)])
    let rows = answer.rows.filter { !exempt.contains($0.text(0)) }
    let open = rows.filter { !$0.bool(1) }.map { $0.text(0) }
    let lax = rows.filter { $0.bool(1) && !$0.bool(2) }.map { $0.text(0) }
    var diagnoses: [Diagnosis] = []
    if !open.isEmpty {
      diagnoses.append(
        Diagnosis(
          "tables", .bad,
          "row-level security is off for \(Plural.count(open.count, "table")) with \(column): "
            + Self.list(open),
          remedy: "dbtool policies apply, or ALTER TABLE … ENABLE ROW LEVEL SECURITY"))
    }
    if !lax.isEmpty {
      diagnoses.append(
        Diagnosis(
          "tables", .doubtful,
          "row-level security does not bind the owner of \(Plural.count(lax.count, "table")): "
            + Self.list(lax),
          remedy: "dbtool policies apply, or ALTER TABLE … FORCE ROW LEVEL SECURITY"))
    }
    if diagnoses.isEmpty, !rows.isEmpty {
      diagnoses.append(
        Diagnosis(
          "tables", .good,
          "row-level security is on and forced for \(Plural.count(rows.count, "table")) with \(column)"
        ))
    }
    return diagnoses
  }

  private static func list(_ names: [String]) -> String {
    let rest = names.count - limit
    return names.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
