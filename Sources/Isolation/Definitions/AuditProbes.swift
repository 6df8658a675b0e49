internal import Postgres
internal import Synthesis
internal import Tenants

/// Tables of nobody that triggers fill from rows of tenants when those change or go.
///
/// What a trigger copies at an INSERT lies there when views and shared tables are read; for UPDATE
/// and DELETE this makes the change, as the session's own role, and reads as the other tenant.
struct AuditProbes: IsolationCheck {
  var rules: [String] { ["audit-exposed"] }

  func phrase(_ survey: Survey) -> String { "changing rows under triggers" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    var outcome = CheckOutcome()
    for trigger in survey.surroundings.triggers {
      guard let source = survey.catalog.relations[trigger.relation],
        survey.model.tables[trigger.relation]?.isOwned == true,
        let body = RoutineBody(trigger: trigger.source)
      else { continue }
      for target in copies(body, survey) {
        guard let actor = survey.boundActors.first(where: { canRead(target, $0) }) else { continue }
        outcome.probes += 1
        let finding = try finding(trigger, source, target, actor, survey)
        if !outcome.findings.contains(where: { $0.object == finding.object }) {
          outcome.findings.append(finding)
          // What was seen here is not shown a second time.
          if finding.severity == .error {
            survey.reported.insert("read \(target.oid) \(actor.role.name)")
          }
        }
      }
    }
    return outcome
  }

  /// The tables of nobody that the body writes values of the row to.
  private func copies(_ body: RoutineBody, _ survey: Survey) -> [Relation] {
    body.written.filter(\.usesRow).compactMap { written in
      survey.included.first {
        $0.name == written.name && (written.schema ?? $0.schema) == $0.schema
          && survey.model.tables[$0.oid] == .global && !$0.hasRowSecurity
      }
    }
  }

  private func canRead(_ relation: Relation, _ actor: Actor) -> Bool {
    !actor.privileges(on: relation.oid).select.isEmpty
  }

  private func finding(
    _ trigger: TriggerDefinition, _ source: Relation, _ target: Relation, _ actor: Actor,
    _ survey: Survey
  ) throws -> Finding {
    let table = SQLNames.of(source)
    var change: [String] = []
    if let rows = try survey.stage.table(source.oid), rows.placed[1]?.isEmpty == false {
      let place = try rows.storageCondition(ofTenant: 1)
      let column = source.columns.first {
        $0.generation == .none && !rows.keyColumns.contains($0.name)
      }
      if trigger.firesOnUpdate, let name = column.map({ SQLNames.of($0.name) }) {
        change.append("UPDATE \(table) SET \(name) = \(name) WHERE \(place)")
      }
      if trigger.firesOnDelete, change.isEmpty {
        change.append("DELETE FROM \(table) WHERE \(place)")
      }
    }
    let columns = target.columns.map(\.name)
      .filter { actor.privileges(on: target.oid).select.contains($0) }.map { SQLNames.of($0) }
    let markers = survey.stage.markers(of: 1).map { SQLNames.literal($0) }.joined(separator: ", ")
    let rehearsal = Rehearsal(
      preparation: change, role: actor.role.name, tenant: survey.stage.tenants[0],
      statements: [
        """
        SELECT count(*) FROM \(SQLNames.of(target)) t WHERE EXISTS (SELECT 1 FROM \
        unnest(ARRAY[\(markers)]::text[]) m WHERE strpos(ROW(\(columns.joined(separator: ", ")))::text, m) > 0)
        """
      ])
    let rows =
      change.isEmpty ? nil : try rehearsal.run(in: survey)?.first?.scalar.flatMap { Int($0) }
    let isSeen = (rows ?? 0) > 0
    return Finding(
      rule: "audit-exposed", severity: isSeen ? .error : .warning, object: target.displayName,
      operation: "select", role: actor.role.name,
      message:
        "trigger \(trigger.name) of \(source.displayName) copies values of rows to \(target.displayName), which shows them to every tenant",
      evidence: isSeen
        ? "\(rows ?? 0) rows with values of tenant B seen by tenant A after a change"
        : "\(trigger.function) inserts values of NEW or OLD there",
      reproduce: "",
      fix: "REVOKE SELECT ON \(SQLNames.of(target)) FROM \(actor.grantees);")
  }
}
