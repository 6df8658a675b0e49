internal import Postgres
internal import Wording

/// Probes tables in the tenants' contexts, with the rows that the policies' expressions open.
///
/// It takes the rows of all tables away, so it comes after all other probes.
struct TableCheck: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String {
    let roles = survey.actors.map(\.role.name).joined(separator: ", ")
    return "probing \(Plural.count(survey.targets.count, "table")) as \(roles)"
  }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    try survey.stage.searchCounterexamples(
      survey.targets, as: survey.actors, tenantSetting: survey.options.tenantSetting,
      on: survey.connection)
    for (_, found) in survey.stage.counterexamples {
      for branch in found.branches {
        if let obstacle = branch.obstacle {
          survey.coverage.missed(.branch, branch.name, obstacle)
        } else {
          survey.coverage.probed(.branch, branch.name)
        }
      }
    }
    let results = try survey.stage.probeInContext(
      survey.targets, as: survey.actors, client: survey.client)
    survey.results += results
    let findings = TableFindings(survey: survey)
    return CheckOutcome(
      findings: survey.included.flatMap(findings.ofOperations) + findings.ofConstraints(),
      probes: results.count)
  }
}
