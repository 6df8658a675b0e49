internal import Postgres
internal import Wording

/// Triggers that send values of tenants' rows by NOTIFY: every session may LISTEN on every channel.
///
/// Notifications are sent at COMMIT, which never comes here, so the trigger's body is read.
struct NotificationRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String {
    "reading \(Plural.count(survey.surroundings.triggers.count, "trigger"))"
  }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    let triggers = Dictionary(grouping: survey.surroundings.triggers, by: \.relation)
    return CheckOutcome(
      findings: survey.ownedTables.flatMap { relation in
        (triggers[relation.oid] ?? []).filter { sendsRow($0.source) }.map {
          finding(relation, $0, survey)
        }
      })
  }

  private func sendsRow(_ source: String) -> Bool {
    guard source.lowercased().contains("notify") else { return false }
    return RoutineBody(trigger: source)?.notifiesOfRow == true
  }

  private func finding(
    _ relation: Relation, _ trigger: TriggerDefinition, _ survey: Survey
  ) -> Finding {
    Finding(
      rule: "notify-payload", severity: .warning, object: relation.displayName,
      operation: "select", role: survey.options.roles.first ?? "",
      message:
        "trigger \(trigger.name) of \(relation.displayName) sends values of rows by NOTIFY, and sessions of every tenant may listen",
      evidence: "\(trigger.function) calls pg_notify with values of NEW or OLD", reproduce: "",
      fix:
        "-- send only that something changed, and let the listener read it in its tenant's context")
  }
}
