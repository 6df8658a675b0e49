internal import Postgres

/// Holes one step away that only definitions show.
struct DefinitionRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading definitions" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    return CheckOutcome(
      findings: survey.included.flatMap { immutableContexts($0, survey) }
        + survey.catalog.sortedRelations.compactMap { foreignTable($0, survey) })
  }

  /// Policies do not reach to the other server.
  private func foreignTable(_ relation: Relation, _ survey: Survey) -> Finding? {
    guard relation.kind == .foreign,
      let actor = survey.actors.first(where: { !$0.privileges(on: relation.oid).select.isEmpty })
    else { return nil }
    return Finding(
      rule: "foreign-table-granted", severity: .warning, object: relation.displayName,
      operation: "select", role: actor.role.name,
      message:
        "foreign table \(relation.displayName) cannot have policies, and the role may read it",
      evidence: "privilege SELECT", reproduce: "",
      fix:
        "REVOKE SELECT ON \(SQLNames.of(relation)) FROM \(actor.grantees);"
    )
  }

  /// Policies that call a function which reads a setting and claims that it depends on nothing.
  ///
  /// The planner may then compute it once and keep the value in a cached plan (PostgreSQL manual,
  /// section 38.7 "Function Volatility Categories"): the next tenant of the session gets the first
  /// one's rows.
  private func immutableContexts(_ relation: Relation, _ survey: Survey) -> [Finding] {
    survey.catalog.routines.filter {
      $0.volatility == .immutable && $0.policyRelations.contains(relation.oid)
        && $0.source.lowercased().contains("current_setting")
    }.map { routine in
      let name = "\(SQLNames.of(routine))(\(routine.argumentTypes.joined(separator: ", ")))"
      return Finding(
        rule: "immutable-context", severity: .error, object: relation.displayName,
        operation: "select", role: survey.options.roles.first ?? "",
        message:
          "policies of \(relation.displayName) call \(routine.displayName), which reads a setting though it is IMMUTABLE: a cached plan keeps the first tenant",
        evidence: "\(routine.displayName) is IMMUTABLE and calls current_setting", reproduce: "",
        fix: "ALTER FUNCTION \(name) STABLE;")
    }
  }
}
