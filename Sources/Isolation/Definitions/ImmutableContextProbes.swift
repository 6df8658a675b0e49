internal import Postgres
internal import SQLSyntax

/// Policies whose functions read a setting, themselves or through others, and claim that their
/// result depends on nothing.
///
/// The planner may compute such a function once and keep the value in a cached plan (PostgreSQL
/// manual, section 38.7 "Function Volatility Categories"): the next tenant of the session gets the
/// first one's rows. The probe looks twice with one cached plan, for one tenant and then for the
/// other.
struct ImmutableContextProbes: IsolationCheck {
  var runsLive: Bool { true }
  var rules: [String] { ["immutable-context"] }

  func phrase(_ survey: Survey) -> String { "keeping a plan from one tenant to the next" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    // Reading all bodies takes time, which schemas without such functions need not spend.
    guard
      survey.catalog.routines.contains(where: { !$0.policyRelations.isEmpty }),
      survey.catalog.routines.contains(where: { $0.volatility == .immutable })
    else { return CheckOutcome() }
    let graph = CallGraph(survey)
    var outcome = CheckOutcome()
    for relation in survey.included {
      var seen: Set<UInt32> = []
      for named in survey.catalog.routines where named.policyRelations.contains(relation.oid) {
        for routine in graph.reached(from: named)
        where routine.volatility == .immutable && seen.insert(routine.oid).inserted {
          let reader = graph.reached(from: routine).first {
            graph.calls("current_setting", in: $0)
          }
          guard let reader else { continue }
          let look = try look(at: relation, survey)
          outcome.probes += look == nil ? 0 : 1
          survey.keptContexts.insert(relation.oid)
          outcome.findings.append(finding(relation, routine, reader: reader, look, survey))
        }
      }
    }
    return outcome
  }

  /// What a cached plan showed to the wrong tenant.
  private struct Look {
    var role: String
    var rows: Int
    var script: String
  }

  /// Looks as tenant A and then, with the same plan, as tenant B, for the rows of A.
  private func look(at relation: Relation, _ survey: Survey) throws -> Look? {
    guard survey.options.live == nil, survey.stage.tenants.count > 1 else { return nil }
    for actor in survey.boundActors {
      guard let table = try survey.stage.table(relation.oid),
        let seen = try table.condition(
          ofTenant: 0, readable: actor.privileges(on: relation.oid).select)
      else { continue }
      let rows = try ScriptWriter.inlined(PipelineStatement(seen.sql, seen.parameters))
      let context = survey.stage.plan.settings(of: survey.stage.context(of: 1)).sorted {
        $0.key < $1.key
      }.map { "set_config(\(SQLNames.literal($0.key)), \(SQLNames.literal($0.value)), true)" }
      let rehearsal = Rehearsal(
        preparation: [
          """
          CREATE FUNCTION pg_temp.dbtool_look() RETURNS bigint LANGUAGE plpgsql \
          SET plan_cache_mode = force_generic_plan AS $dbtool$ BEGIN RETURN \
          (SELECT count(*) FROM \(table.sqlName) WHERE \(rows)); END $dbtool$
          """
        ], role: actor.role.name, tenant: survey.stage.tenants[0],
        statements: [
          "SELECT pg_temp.dbtool_look() AS seen_by_their_tenant",
          "SELECT \(context.joined(separator: ", "))",
          "SELECT pg_temp.dbtool_look() AS rows_seen_by_the_next_tenant",
        ])
      guard let count = try rehearsal.run(in: survey)?.last?.scalar.flatMap({ Int($0) }),
        count > 0
      else { continue }
      return Look(
        role: actor.role.name, rows: count, script: rehearsal.script(survey, withRows: true))
    }
    return nil
  }

  private func finding(
    _ relation: Relation, _ routine: Routine, reader: Routine, _ look: Look?, _ survey: Survey
  ) -> Finding {
    let name = "\(SQLNames.of(routine))(\(routine.argumentTypes.joined(separator: ", ")))"
    let claim =
      "\(routine.displayName) is IMMUTABLE and "
      + (reader.oid == routine.oid
        ? "calls current_setting" : "calls \(reader.displayName), which reads a setting")
    let evidence = look.map {
      "\(claim); \($0.rows == 1 ? "1 row" : "\($0.rows) rows") of tenant A seen by tenant B with the plan that tenant A left"
    }
    // Without arguments, or with constant ones, it is computed when the plan is made.
    let isComputedOnce = routine.argumentTypes.isEmpty
    return Finding(
      rule: "immutable-context", severity: look != nil || isComputedOnce ? .error : .warning,
      object: relation.displayName, operation: "select",
      role: look?.role ?? survey.options.roles.first ?? "",
      message:
        "policies of \(relation.displayName) depend on \(routine.displayName), which reads a setting though it is IMMUTABLE: a cached plan keeps the first tenant",
      evidence: evidence ?? claim, reproduce: look?.script ?? "",
      fix: "ALTER FUNCTION \(name) STABLE;")
  }
}
