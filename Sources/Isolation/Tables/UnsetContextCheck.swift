internal import Wording

/// Probes tables in a session that has had no tenant context yet, so before everything else.
///
/// What it shows becomes findings in `TableCheck`, which knows what is open to tenants as well.
struct UnsetContextCheck: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String {
    "probing \(Plural.count(survey.targets.count, "table")) with no tenant"
  }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    var probes = 0
    for actor in survey.actors {
      let results = try survey.stage.probeUnset(survey.targets, as: actor, client: survey.client)
      probes += results.count
      survey.results += results
    }
    return CheckOutcome(probes: probes)
  }
}
