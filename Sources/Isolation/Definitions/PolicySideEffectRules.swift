internal import Postgres

/// Policies that call functions which change something: they run on rows that the policy hides.
struct PolicySideEffectRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading functions of policies" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    var findings: [Finding] = []
    for routine in survey.surroundings.routines
    where routine.isVolatile && !routine.policyRelations.isEmpty {
      guard let effect = effect(of: routine) else { continue }
      findings += survey.ownedTables.filter { routine.policyRelations.contains($0.oid) }.map {
        relation in
        Finding(
          rule: "policy-side-effect", severity: .warning, object: relation.displayName,
          operation: "select", role: survey.options.roles.first ?? "",
          message:
            "policies of \(relation.displayName) call \(routine.displayName), which \(effect): it does so for rows of all tenants",
          evidence: "\(routine.displayName) is VOLATILE and \(effect)", reproduce: "",
          fix: "-- let policies call only functions that are STABLE and change nothing")
      }
    }
    return CheckOutcome(findings: findings)
  }

  private func effect(of routine: CallableRoutine) -> String? {
    guard
      let body = RoutineBody(
        language: routine.language, source: routine.source, definition: routine.definition)
    else { return nil }
    if let written = body.written.first { return "writes to \(written.name)" }
    if body.functions.contains("set_config") { return "sets a setting" }
    if !body.functions.isDisjoint(with: ["nextval", "setval"]) { return "moves a sequence" }
    if body.functions.contains("pg_notify") { return "sends a notification" }
    return nil
  }
}
