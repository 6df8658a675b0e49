internal import Postgres

/// Other databases that the role reaches with somebody's credentials: no policy of this one holds
/// there.
struct ForeignServerRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "reading foreign servers" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    return CheckOutcome(
      findings: survey.boundActors.flatMap { actor in
        let reach = survey.surroundings.reach(of: actor.role.name)
        return reach.mappedServers.map { server($0, actor) }
          + reach.unboundConnectors.map { connector($0, actor) }
      })
  }

  private func server(_ name: String, _ actor: Actor) -> Finding {
    Finding(
      rule: "foreign-server-usable", severity: .warning, object: name, operation: "other",
      role: actor.role.name,
      message:
        "role \(actor.role.name) may use foreign server \(name) with a mapped user, and read there what that user may read",
      evidence: "USAGE on the server, and a user mapping", reproduce: "",
      fix:
        "REVOKE USAGE ON FOREIGN SERVER \(SQLNames.of(name)) FROM \(actor.grantees);"
    )
  }

  private func connector(_ name: String, _ actor: Actor) -> Finding {
    let parts = name.split(separator: ".", maxSplits: 1).map { SQLNames.of(String($0)) }
    let function = parts.joined(separator: ".")
    return Finding(
      rule: "foreign-server-usable", severity: .error, object: name, operation: "other",
      role: actor.role.name,
      message:
        "role \(actor.role.name) may call \(name), which connects to this server as its own user without a password",
      evidence: "privilege EXECUTE",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nSELECT \(function)('dbname=' || current_database());\nROLLBACK;",
      fix:
        "REVOKE EXECUTE ON FUNCTION \(function)(text), \(function)(text, text) FROM \(actor.grantees);"
    )
  }
}
