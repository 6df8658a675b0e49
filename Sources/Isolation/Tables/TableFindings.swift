internal import DatabaseInstrumentation
internal import Postgres

/// Turns what the probes of tables reached into findings.
struct TableFindings {
  var survey: Survey

  /// The findings about the four operations on a table: one for each cause, operation and role.
  func ofOperations(_ relation: Relation) -> [Finding] {
    let results = survey.results.filter {
      $0.probe.table == relation.oid && $0.probe.side == nil
    }
    var findings: [Finding] = []
    var seen: Set<String> = []
    // What is open to another tenant is open to nobody as well: that is not a second finding.
    let openToTenants = Set(
      results.compactMap { probe, result -> String? in
        guard case .reached = result, probe.actor != nil else { return nil }
        return probe.operation.rawValue + " " + probe.trial.role
      })
    let openToOthers = Set(
      results.compactMap { probe, result -> String? in
        guard case .reached = result, !probe.isOnUnowned else { return nil }
        return probe.operation.rawValue + " " + probe.trial.role
      })
    for (probe, result) in results {
      let subject = probe.operation.rawValue + " " + probe.trial.role
      if probe.actor == nil, openToTenants.contains(subject) { continue }
      if probe.isOnUnowned, openToOthers.contains(subject) { continue }
      guard case .reached(let evidence) = result,
        let actor = survey.actors.first(where: { $0.role.name == probe.trial.role })
      else { continue }
      let diagnosis = Diagnosis(
        relation: relation, policies: survey.catalog.policiesByRelation[relation.oid] ?? [],
        actor: actor, probe: probe, predicate: survey.predicate)
      let key = [diagnosis.rule, probe.operation.rawValue, probe.trial.role]
        .joined(separator: " ")
      guard seen.insert(key).inserted else { continue }
      findings.append(
        Finding(
          rule: diagnosis.rule, severity: .error, object: relation.displayName,
          operation: probe.operation.rawValue, role: probe.trial.role,
          message: diagnosis.message, evidence: evidence,
          reproduce: (try? survey.writer.script(for: probe)) ?? "", fix: diagnosis.fix))
    }
    return findings
  }

  /// The findings about constraints that reach across tenants.
  func ofConstraints() -> [Finding] {
    survey.results.compactMap { probe, result in
      guard let side = probe.side, case .reached(let evidence) = result,
        let relation = survey.catalog.relations[probe.table]
      else { return nil }
      return side.finding(
        probe, relation, evidence: evidence,
        reproduce: (try? survey.writer.script(for: probe)) ?? "", predicate: survey.predicate)
    }
  }
}
