internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax

/// Looks into materialized views as they are, where a REFRESH would lock them.
///
/// They hold none of the rows made up. But a tenant that was made up owns nothing in them either:
/// what it sees there belongs to others.
struct LiveMaterializedViews: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "looking into materialized views as they are" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    guard survey.options.live != nil else { return CheckOutcome() }
    let column = survey.options.tenantColumn
    let tenant = survey.stage.tenants[0]
    var outcome = CheckOutcome()
    for view in survey.catalog.sortedRelations
    where view.kind == .materializedView
      && survey.options.includes(schema: view.schema, name: view.name)
    {
      for actor in survey.actors where !actor.privileges(on: view.oid).select.isEmpty {
        guard let type = view.column(column)?.type,
          actor.privileges(on: view.oid).select.contains(column)
        else {
          survey.coverage.missed(
            .view, view.displayName,
            "it has no column \(column) to read, and --live does not REFRESH it")
          continue
        }
        let name = try SQLIdentifier.readable(column)
        let statement = PipelineStatement(
          """
          SELECT count(*) FROM (SELECT FROM \(SQLNames.of(view)) \
          WHERE \(name) <> CAST($1 AS \(type.baseSQL)) LIMIT 1) AS other
          """, [.text(tenant)])
        let trial = Trial(
          statement, role: actor.role.name, context: .tenant(survey.stage.context(of: 0)))
        guard let result = try survey.client.rehearse([.trial(trial)]).first else { continue }
        outcome.probes += 1
        switch result.outcome {
        case .result(let rows) where rows.scalar == "1":
          survey.coverage.probed(.view, view.displayName)
          outcome.findings.append(finding(view, actor, name, survey.options))
        case .failure(let error):
          survey.coverage.missed(.view, view.displayName, "it could not be read: \(error)")
        default:
          survey.coverage.missed(
            .view, view.displayName, "it holds no tenant's row, and --live does not REFRESH it")
        }
      }
    }
    return outcome
  }

  private func finding(
    _ view: Relation, _ actor: Actor, _ column: String, _ options: IsolationOptions
  ) -> Finding {
    let name = SQLNames.of(view)
    let role = SQLNames.of(actor.role)
    return Finding(
      rule: "matview-exposed", severity: .error, object: view.displayName, operation: "select",
      role: actor.role.name,
      message:
        "materialized view \(view.displayName) holds rows of all tenants, and no policy "
        + "can bind it",
      evidence: "rows of real tenants seen by a tenant that was made up",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(role);\n"
        + "SELECT count(DISTINCT \(column)) FROM \(name);\nROLLBACK;",
      fix: "REVOKE SELECT ON \(name) FROM \(role);")
  }
}
