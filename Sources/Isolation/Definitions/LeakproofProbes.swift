internal import Postgres
internal import Synthesis

/// Functions of the user's that claim to be LEAKPROOF, so that the planner may run them before the
/// policies, on rows that the role must not see.
///
/// Calls are counted by the server: more calls than rows that the tenant sees mean that the
/// function saw rows of others.
struct LeakproofProbes: IsolationCheck {
  var rules: [String] { ["leakproof-function"] }

  func phrase(_ survey: Survey) -> String { "calling leakproof functions" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let survey = survey
    var outcome = CheckOutcome()
    for routine in survey.surroundings.routines where routine.isLeakproof {
      for actor in survey.boundActors where routine.executors.contains(actor.role.name) {
        outcome.findings.append(claim(routine, actor))
        for relation in survey.targets where relation.hasRowSecurity {
          guard let rehearsal = try rehearsal(routine, on: relation, actor, survey) else {
            continue
          }
          outcome.probes += 1
          guard let results = try rehearsal.run(in: survey), results.count == 4,
            let visible = results[0].scalar.flatMap({ Int($0) }),
            let before = results[1].scalar.flatMap({ Int($0) }),
            let after = results[3].scalar.flatMap({ Int($0) }), after - before > visible
          else { continue }
          outcome.findings.append(
            finding(
              routine, relation, actor, calls: after - before, visible: visible, rehearsal, survey))
        }
      }
    }
    return outcome
  }

  private func rehearsal(
    _ routine: CallableRoutine, on relation: Relation, _ actor: Actor, _ survey: Survey
  ) throws -> Rehearsal? {
    let readable = actor.privileges(on: relation.oid).select
    guard let row = survey.stage.placed[relation.oid]?[1]?.first?.row, !routine.isProcedure else {
      return nil
    }
    var isColumnUsed = false
    let arguments = routine.argumentTypes.map { type -> String in
      let column = relation.columns.first {
        readable.contains($0.name) && ($0.type.baseSQL == type || $0.type.sql == type)
          && (row.values[$0.name] ?? nil) != nil
      }
      guard let column else { return "'1'::\(type)" }
      guard !isColumnUsed else {
        return "\(SQLNames.literal((row.values[column.name] ?? nil) ?? ""))::\(type)"
      }
      isColumnUsed = true
      return SQLNames.of(column.name)
    }
    guard isColumnUsed else { return nil }
    let table = SQLNames.of(relation)
    let call =
      "\(SQLNames.of(routine.schema)).\(SQLNames.of(routine.name))(\(arguments.joined(separator: ", ")))"
    let calls =
      "SELECT coalesce(pg_catalog.pg_stat_get_xact_function_calls(\(routine.oid)), 0)"
    return Rehearsal(
      // With an index on the tenant only that tenant's rows are visited; every session may say
      // that it does not want one.
      preparation: [
        "SET LOCAL track_functions = 'all'", "SET LOCAL enable_indexscan = off",
        "SET LOCAL enable_bitmapscan = off", "SET LOCAL enable_indexonlyscan = off",
      ], role: actor.role.name,
      tenant: survey.stage.tenants[0],
      statements: [
        "SELECT count(*) FROM \(table)", calls,
        "SELECT count(*) FROM \(table) WHERE \(call) IS NOT NULL", calls,
      ])
  }

  private func claim(_ routine: CallableRoutine, _ actor: Actor) -> Finding {
    Finding(
      rule: "leakproof-function", severity: .warning, object: routine.displayName,
      operation: "select", role: actor.role.name,
      message:
        "function \(routine.displayName) is LEAKPROOF, so the planner may run it on rows before the policies hide them",
      evidence: "LEAKPROOF, and role \(actor.role.name) may execute it", reproduce: "",
      fix: "ALTER FUNCTION \(routine.signature) NOT LEAKPROOF;")
  }

  private func finding(
    _ routine: CallableRoutine, _ relation: Relation, _ actor: Actor, calls: Int, visible: Int,
    _ rehearsal: Rehearsal, _ survey: Survey
  ) -> Finding {
    let source = routine.source.lowercased()
    let tells = ["raise", "insert", "update", "notify", "execute", "perform", "/"]
      .contains { source.contains($0) }
    return Finding(
      rule: "leakproof-function", severity: tells ? .error : .warning,
      object: relation.displayName, operation: "select", role: actor.role.name,
      message:
        "function \(routine.displayName) is LEAKPROOF and runs on rows of \(relation.displayName) that the policies hide\(tells ? ", and its body can tell about them" : "")",
      evidence: "\(calls) calls where tenant A sees \(visible) rows",
      reproduce: rehearsal.script(survey, withRows: true),
      fix: "ALTER FUNCTION \(routine.signature) NOT LEAKPROOF;")
  }
}
