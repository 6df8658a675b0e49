internal import Instrumentation
internal import Postgres
internal import SQLSyntax

/// Calls functions that set the tenant, and looks whether the tenant outlives the transaction.
///
/// Whether a setting was made for the session cannot be seen before the transaction ends. But a
/// function with a SET clause puts the old value back at its end, unless somebody in it made the
/// setting for the session (PostgreSQL manual, CREATE FUNCTION, on SET). So the call is made inside
/// such a function.
struct SessionContextProbes: IsolationCheck {
  /// So many calls of one function and no more.
  private let limit = 8

  func phrase(_ survey: Survey) -> String { "calling functions that set the tenant" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let setting = survey.options.tenantSetting
    let routines = survey.catalog.routines.filter {
      let source = $0.source.lowercased()
      return source.contains("set_config") || source.contains(setting.lowercased())
    }
    guard !routines.isEmpty else { return CheckOutcome() }
    let connection = survey.connection
    let names = Set(routines.flatMap(\.argumentTypes)).union(["text"])
    let types = try ArgumentType.read(names, from: connection)
    try connection.execute("SAVEPOINT dbtool_scope")
    defer { _ = try? connection.execute("ROLLBACK TO SAVEPOINT dbtool_scope") }
    try connection.execute(try Self.scope(of: setting))
    var calls: [(routine: Routine, call: String, trial: Trial)] = []
    for routine in routines {
      let factory = FunctionCalls(
        routine: routine, types: types, stage: survey.stage, values: survey.values)
      for actor in survey.actors {
        for call in try factory.texts(target: 1).prefix(limit) {
          let trial = Trial(
            PipelineStatement("SELECT pg_temp.dbtool_scope($1)", [.text(call)]),
            role: actor.role.name,
            context: .tenant(TenantContext(tenant: survey.stage.tenants[0])),
            observation: PipelineStatement(
              "SELECT current_setting($1, true)", [.text(setting)]))
          calls.append((routine, call, trial))
        }
      }
    }
    let outcomes = try survey.client.rehearse(calls.map { .trial($0.trial) })
    var findings: [Finding] = []
    var seen: Set<UInt32> = []
    for (call, outcome) in zip(calls, outcomes) {
      guard let value = outcome.observation?.scalar, value != survey.stage.tenants[0],
        !value.isEmpty, seen.insert(call.routine.oid).inserted
      else { continue }
      findings.append(finding(call.routine, call.call, call.trial, value, survey))
    }
    return CheckOutcome(findings: findings, probes: calls.count)
  }

  /// The function that puts the tenant back at its end.
  private static func scope(of setting: String) throws -> String {
    let name = try setting.split(separator: ".").map { try SQLIdentifier.quoted(String($0)) }
      .joined(separator: ".")
    return """
      CREATE FUNCTION pg_temp.dbtool_scope(call text) RETURNS void LANGUAGE plpgsql \
      SET \(name) = '' AS $dbtool$ BEGIN EXECUTE call; END $dbtool$
      """
  }

  private func finding(
    _ routine: Routine, _ call: String, _ trial: Trial, _ value: String, _ survey: Survey
  ) -> Finding {
    let setting = survey.options.tenantSetting
    let script = try? [
      "BEGIN;", Self.scope(of: setting) + ";",
      "SET LOCAL ROLE \(SQLIdentifier.readable(trial.role));",
      "-- leaving the function puts the tenant back, unless it was set for the session",
      "SELECT pg_temp.dbtool_scope(\(SQLLiteral.quoted(call)));",
      "-- must be empty", "SELECT current_setting(\(SQLLiteral.quoted(setting)), true);",
      "ROLLBACK;",
    ].joined(separator: "\n")
    return Finding(
      rule: "context-outlives-transaction", severity: .warning, object: routine.displayName,
      operation: "other", role: trial.role,
      message:
        "\(routine.keyword.lowercased()) \(routine.displayName) sets \(setting) for the session, so the next transaction of a pooled session begins with this tenant",
      evidence: "\(setting) is still '\(value)' where SET LOCAL ends", reproduce: script ?? "",
      fix:
        "-- use set_config(\((try? SQLLiteral.quoted(setting)) ?? "…"), …, true) or SET LOCAL in \(SQLNames.of(routine))"
    )
  }
}
