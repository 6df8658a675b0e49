internal import Postgres

/// Ways to the planner's statistics, which hold values of all tenants' rows.
///
/// `pg_stats` hides tables whose policies bind the one who asks; `pg_statistic` under it, and
/// whatever asks as somebody whom no policy binds, does not (PostgreSQL manual, section 54.27
/// "pg_stats"). ANALYZE would leave numbers of pages and rows behind that no ROLLBACK takes back, so
/// definitions are read.
struct StatisticsRules: IsolationCheck {
  var runsLive: Bool { true }

  /// The columns that hold values of rows.
  private static let columns: Set<String> = [
    "stavalues1", "stavalues2", "stavalues3", "stavalues4", "stavalues5", "stxdmcv",
    "most_common_vals", "histogram_bounds", "most_common_elems",
  ]
  private static let relations: Set<String> = [
    "pg_statistic", "pg_statistic_ext_data", "pg_stats", "pg_stats_ext", "pg_stats_ext_exprs",
  ]

  func phrase(_ survey: Survey) -> String { "reading who reaches the planner's statistics" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let survey = survey
    guard !survey.ownedTables.isEmpty else { return CheckOutcome() }
    var outcome = CheckOutcome()
    for actor in survey.boundActors where !actor.role.memberships.contains("pg_read_all_data") {
      outcome.findings += try grants(actor, survey) + views(actor, survey)
    }
    let unbound = try unboundOwners(survey)
    for routine in survey.surroundings.routines
    where routine.isSecurityDefiner && unbound.contains(routine.owner) {
      guard
        let actor = survey.boundActors.first(where: { routine.executors.contains($0.role.name) }),
        let body = RoutineBody(routine), let deed = deed(of: body)
      else { continue }
      outcome.findings.append(finding(routine, actor, deed))
    }
    return outcome
  }

  // MARK: - Privileges

  private func grants(_ actor: Actor, _ survey: Survey) throws -> [Finding] {
    try survey.connection.execute(
      """
      SELECT c.relname::text, min(a.attname)::text
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'
        AND c.relname = ANY ($1::text[]) AND a.attname = ANY ($2::text[])
        AND pg_catalog.has_column_privilege($3, c.oid, a.attnum, 'SELECT')
      GROUP BY c.relname ORDER BY c.relname
      """, parameters(actor)
    ).rows.map { row in
      let name = "pg_catalog." + row.text(0)
      return Finding(
        rule: "statistics-readable", severity: .error, object: name, operation: "select",
        role: actor.role.name,
        message:
          "role \(actor.role.name) may read \(name), which holds values of every tenant's rows",
        evidence: "privilege SELECT",
        reproduce:
          "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nSELECT count(\(row.text(1))) FROM \(name);\nROLLBACK;",
        fix: "REVOKE SELECT ON \(name) FROM \(actor.grantees);")
    }
  }

  /// Views of those who read the statistics, and materialized views, whoever asks.
  ///
  /// PostgreSQL notes no dependence on its own catalog, so the queries are read.
  private func views(_ actor: Actor, _ survey: Survey) throws -> [Finding] {
    try survey.connection.execute(
      """
      SELECT n.nspname::text, v.relname::text, (v.relkind = 'm')::text,
        pg_catalog.has_table_privilege(v.relowner, 'pg_catalog.pg_statistic', 'SELECT')::text,
        pg_catalog.pg_get_viewdef(v.oid)
      FROM pg_catalog.pg_class v JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND v.relkind IN ('v', 'm')
        AND NOT EXISTS (
          SELECT 1 FROM pg_catalog.unnest(v.reloptions) o
          WHERE pg_catalog.lower(o) IN (
            'security_invoker=true', 'security_invoker=on', 'security_invoker=1'))
        AND pg_catalog.has_schema_privilege($1, n.oid, 'USAGE')
        AND pg_catalog.has_any_column_privilege($1, v.oid, 'SELECT')
        AND pg_catalog.strpos(pg_catalog.pg_get_viewdef(v.oid), 'pg_stat') > 0
      ORDER BY 1, 2
      """, [.text(actor.role.name)]
    ).rows.compactMap { row in
      guard
        let body = RoutineBody(language: "sql", source: row.text(4), definition: ""),
        !body.columns.isDisjoint(with: Self.columns),
        let relation = Self.relations.sorted().first(where: {
          // The others hide rows from whoever asks, which is the reader of a view.
          body.relations.contains($0)
            && (row.bool(2)
              || row.bool(3) && ["pg_statistic", "pg_statistic_ext_data"].contains($0))
        })
      else { return nil }
      let name = "\(row.text(0)).\(row.text(1))"
      let sqlName = "\(SQLNames.of(row.text(0))).\(SQLNames.of(row.text(1)))"
      return Finding(
        rule: "statistics-exposed", severity: .warning, object: name, operation: "select",
        role: actor.role.name,
        message: "\(name) passes on what \(relation) holds: values of every tenant's rows",
        evidence: "it names a column of \(relation) that holds values, and may be read",
        reproduce: "", fix: "REVOKE SELECT ON \(sqlName) FROM \(actor.grantees);")
    }
  }

  private func parameters(_ actor: Actor) -> [Parameter] {
    [
      .text(PostgresArray.text(of: Self.relations.sorted())),
      .text(PostgresArray.text(of: Self.columns.sorted())), .text(actor.role.name),
    ]
  }

  // MARK: - Functions

  /// What a body does with statistics; nil for nothing.
  private func deed(of body: RoutineBody) -> String? {
    let text = body.texts.joined(separator: " ").lowercased()
    let isNamed = !body.columns.isDisjoint(with: Self.columns.union(["*"]))
    for relation in Self.relations.sorted() {
      let isInText = text.contains(relation) && Self.columns.contains { text.contains($0) }
      if body.relations.contains(relation) && isNamed || isInText {
        return "reads values in \(relation)"
      }
    }
    if body.relations.contains("pg_stat_activity"),
      !body.columns.isDisjoint(with: ["query", "*"])
    {
      return "reads the statements of other sessions in pg_stat_activity"
    }
    return body.explains ? "shows the planner's estimates, which count all tenants' rows" : nil
  }

  /// The owners of functions whom policies do not bind on some table of tenants.
  private func unboundOwners(_ survey: Survey) throws -> Set<String> {
    let owners = Set(survey.surroundings.routines.map(\.owner))
    let free = try survey.connection.execute(
      """
      SELECT r.rolname::text FROM pg_catalog.pg_roles r
      WHERE r.rolname = ANY ($1::text[]) AND (r.rolsuper OR r.rolbypassrls
        OR pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
        OR pg_catalog.pg_has_role(r.oid, 'pg_read_all_stats', 'USAGE'))
      """, [.text(PostgresArray.text(of: owners.sorted()))])
    return Set(free.rows.map { $0.text(0) }).union(
      survey.ownedTables.filter { !$0.forcesRowSecurity }.map(\.owner))
  }

  private func finding(_ routine: CallableRoutine, _ actor: Actor, _ deed: String) -> Finding {
    let kind = routine.isProcedure ? "PROCEDURE" : "FUNCTION"
    return Finding(
      rule: "statistics-exposed", severity: .warning, object: routine.displayName,
      operation: "select", role: actor.role.name,
      message:
        "\(kind.lowercased()) \(routine.displayName) runs as its owner \(routine.owner) and \(deed)",
      evidence: "read in its body: it \(deed)", reproduce: "",
      fix: "REVOKE EXECUTE ON \(kind) \(routine.signature) FROM \(actor.grantees);")
  }
}
