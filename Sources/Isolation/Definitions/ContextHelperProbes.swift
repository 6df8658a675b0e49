internal import Postgres
internal import SQLSyntax

/// Functions that set the tenant for the whole session instead of the transaction: the next user of
/// a pooled session begins with the tenant of the last one.
///
/// Each is called inside a function with a SET clause for the same setting. PostgreSQL takes a SET
/// LOCAL back when such a function ends, and keeps a SET (manual, CREATE FUNCTION, "SET
/// configuration_parameter"). What cannot be called there, a procedure with COMMIT for example, is
/// read.
struct ContextHelperProbes: IsolationCheck {
  var rules: [String] { ["session-context"] }

  func phrase(_ survey: Survey) -> String { "calling functions that set the tenant" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let survey = survey
    var outcome = CheckOutcome()
    let index = RoutineSources.Index(survey.catalog)
    for routine in survey.surroundings.routines where mentionsSetting(routine, index, survey) {
      guard let actor = survey.actors.first(where: { routine.executors.contains($0.role.name) })
      else { continue }
      let rehearsal = rehearsal(of: routine, actor, survey)
      outcome.probes += 1
      guard let results = try rehearsal.run(in: survey) else {
        if RoutineBody(routine)?.sessionSettings.contains(survey.options.tenantSetting.lowercased())
          == true
        {
          outcome.findings.append(finding(routine, actor, nil, survey))
        }
        continue
      }
      guard let value = results.last?.scalar, !value.isEmpty, value != Self.before
      else { continue }
      outcome.findings.append(finding(routine, actor, rehearsal, survey))
    }
    return outcome
  }

  /// What the setting holds before the call.
  private static let before = "dbtool"

  /// True when it, or what it calls, sets something.
  private func mentionsSetting(
    _ routine: CallableRoutine, _ index: RoutineSources.Index, _ survey: Survey
  ) -> Bool {
    guard let known = survey.catalog.routines.first(where: { $0.oid == routine.oid }) else {
      return false
    }
    let source = RoutineSources(known, in: index).text
    return source.contains("set_config") || source.contains("set ")
  }

  private func rehearsal(
    of routine: CallableRoutine, _ actor: Actor, _ survey: Survey
  ) -> Rehearsal {
    let setting = survey.options.tenantSetting
    let name = setting.split(separator: ".").map { SQLNames.of(String($0)) }.joined(separator: ".")
    let verb = routine.isProcedure ? "CALL" : "PERFORM"
    let arguments = SampleArguments(stage: survey.stage, tenant: 0).of(routine)
    let call = "\(verb) \(SQLNames.of(routine.schema)).\(SQLNames.of(routine.name))(\(arguments))"
    return Rehearsal(
      preparation: [
        """
        CREATE FUNCTION pg_temp.dbtool_call() RETURNS void LANGUAGE plpgsql \
        SET \(name) = '\(Self.before)' AS $dbtool$ BEGIN \(call); END $dbtool$
        """
      ],
      role: actor.role.name,
      statements: [
        "SELECT pg_temp.dbtool_call()",
        "SELECT current_setting(\(SQLNames.literal(setting)), true) AS tenant_after_the_call",
      ])
  }

  private func finding(
    _ routine: CallableRoutine, _ actor: Actor, _ rehearsal: Rehearsal?, _ survey: Survey
  ) -> Finding {
    Finding(
      rule: "session-context", severity: .warning, object: routine.displayName,
      operation: "other", role: actor.role.name,
      message:
        "\(routine.isProcedure ? "procedure" : "function") \(routine.displayName) sets the tenant for the whole session: the next user of a pooled session begins with it",
      evidence: rehearsal == nil
        ? "its body sets \(survey.options.tenantSetting) without LOCAL; it could not be called, so it was read"
        : "\(survey.options.tenantSetting) outlived the function that called it, as only a SET without LOCAL does",
      reproduce: rehearsal?.script(survey) ?? "", fix: fix(routine))
  }

  /// The function with a context for the transaction only.
  private func fix(_ routine: CallableRoutine) -> String {
    var text = routine.definition
    for (old, new) in [
      (/(?i)(set_config\s*\([^;]*?,\s*(?:is_local\s*=>\s*)?)false(\s*\))/, "true"),
      (/(?i)(set_config\s*\([^;]*?,\s*)'f'(\s*\))/, "true"),
    ] {
      text = text.replacing(old) { "\($0.output.1)\(new)\($0.output.2)" }
    }
    if text == routine.definition {
      text = text.replacing(/(?i)\bset\s+(?:session\s+)?(?=[a-z_]+\.[a-z_]+\s*(?:=|to\b))/) { _ in
        "SET LOCAL "
      }
    }
    guard text != routine.definition else {
      return "-- call set_config(…, …, true), or SET LOCAL, in \(routine.signature)"
    }
    return text.last == "\n" ? text.dropLast() + ";" : text + ";"
  }
}
