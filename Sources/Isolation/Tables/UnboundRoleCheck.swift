internal import DatabaseInstrumentation
internal import Postgres
internal import Tenants
internal import Wording

/// Lets the application become the roles that no policy binds, and tries whether that opens a
/// table.
///
/// A membership alone is no hole: the role must also have a privilege on the table, since BYPASSRLS
/// gives none.
struct UnboundRoleCheck: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String {
    "becoming \(Plural.count(survey.unbound.count, "role")) that no policy binds"
  }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    var outcome = CheckOutcome()
    let tables = survey.included.filter { survey.model.tables[$0.oid]?.isOwned == true }
    for actor in survey.unbound {
      let probes = try tables.flatMap { relation -> [Probe] in
        guard let factory = try survey.stage.factory(relation, actor) else { return [] }
        // One direction is enough to tell it.
        return try survey.stage.probes(of: factory, actor).filter {
          $0.purpose != .control && $0.actor == 0 && $0.side == nil && $0.claim == nil
        }
      }
      let outcomes = try survey.client.rehearse(probes.map { .trial($0.trial) })
      let results = try survey.stage.judged(probes, outcomes)
      survey.results += results
      outcome.probes += probes.count
      for relation in tables {
        let reached = results.lazy.compactMap { probe, result -> (Probe, String)? in
          guard probe.table == relation.oid, case .reached(let evidence) = result else {
            return nil
          }
          return (probe, evidence)
        }.first
        if let (probe, evidence) = reached {
          outcome.findings.append(finding(relation, actor, probe, evidence, survey))
        }
      }
    }
    return outcome
  }

  private func finding(
    _ relation: Relation, _ actor: Actor, _ probe: Probe, _ evidence: String, _ survey: Survey
  ) -> Finding {
    let named = actor.path.first ?? actor.role.name
    // The membership that the named role itself has, which is the one to take away.
    let first = actor.path.dropFirst().first ?? actor.role.name
    let what = actor.role.isSuperuser ? "a superuser" : "BYPASSRLS"
    let script = (try? survey.writer.script(for: probe)) ?? ""
    return Finding(
      rule: "member-of-unbound-role", severity: .error, object: relation.displayName,
      operation: "other", role: named,
      message: "role \(named) may SET ROLE \(actor.role.name), whom no policy binds",
      evidence:
        "\(probe.operation.rawValue) after SET ROLE \(actor.role.name) (\(what)): \(evidence)",
      reproduce: ReachableRoles.script(script, actor),
      fix: "REVOKE \(SQLNames.of(first)) FROM \(SQLNames.of(named));")
  }
}
