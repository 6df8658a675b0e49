internal import Postgres

/// Holes one step away that only definitions show.
struct DefinitionRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading definitions" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    return CheckOutcome(
      findings: survey.catalog.sortedRelations.compactMap { foreignTable($0, survey) })
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
}
