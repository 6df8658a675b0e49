internal import DatabaseInstrumentation
internal import Postgres
internal import Tenants

/// Turns what the probes showed into verdicts and findings.
struct ReportBuilder {
  var survey: Survey
  /// What the checks found.
  var outcome: CheckOutcome

  /// The report on the survey, which took `seconds`.
  func report(seconds: Double) -> IsolationReport {
    var log = survey.coverage
    let byTable = Dictionary(
      grouping: survey.results.filter { $0.probe.side == nil }, by: \.probe.table)
    let tables = survey.included.map { table($0, byTable[$0.oid] ?? [], &log) }
    let findings = SuppressedFindings(
      suppressions: survey.options.suppressions, today: survey.options.today
    ).applied(to: outcome.findings)
    let verdict: OverallVerdict
    if findings.contains(where: \.isLeak) {
      verdict = .leak
    } else if survey.results.isEmpty || tables.contains(where: { hasOpenQuestion($0) }) {
      // Where nothing could be probed nothing was proved.
      verdict = .inconclusive
    } else {
      verdict = .isolated
    }
    for actor in actors { log.probed(.role, actor.role.name) }
    for finding in outcome.findings where finding.rule == "policies-not-probed" {
      let policy = finding.evidence.prefix { $0 != ":" }
      log.missed(
        .branch, "\(finding.object), \(policy)",
        "no way leads from the rows to a tenant, so they were not probed")
    }
    return IsolationReport(
      verdict: verdict, roles: survey.options.roles,
      reachable: actors.filter { !$0.path.isEmpty }.map {
        .init(role: $0.role.name, through: $0.path)
      }, tables: tables,
      findings: Finding.Severity.allCases.flatMap { severity in
        findings.filter { $0.severity == severity }
      },
      probes: .init(run: outcome.probes, seconds: seconds), coverage: log.coverage)
  }

  private var actors: [Actor] { survey.actors + survey.unbound }

  private func hasOpenQuestion(_ table: IsolationReport.Table) -> Bool {
    ProbedOperation.allCases.contains { table.operations[$0] == .inconclusive }
  }

  // MARK: - Verdicts

  private func table(
    _ relation: Relation, _ results: [(probe: Probe, result: ProbeResult)],
    _ log: inout CoverageLog
  ) -> IsolationReport.Table {
    let tenancy = survey.model.tables[relation.oid] ?? .global
    var operations = IsolationReport.Operations(all: .notGranted)
    var notes: [String] = []
    var byRole: [String: IsolationReport.Operations] = [:]
    for actor in actors {
      var own = IsolationReport.Operations(all: .notGranted)
      defer { byRole[actor.role.name] = own }
      for operation in ProbedOperation.allCases {
        let tried = results.filter {
          $0.0.operation == operation && $0.0.trial.role == actor.role.name
        }
        let (verdict, note) = verdict(operation, relation, tenancy, actor, tried)
        own[operation] = verdict
        operations[operation] = operations[operation].worse(verdict)
        log.note(verdict, note, operation, actor, relation, tenancy)
        if let note, !notes.contains(note) { notes.append(note) }
      }
    }
    for finding in outcome.findings
    where finding.rule == "self-enrolment" && finding.object == relation.displayName {
      if let operation = ProbedOperation(rawValue: finding.operation) {
        operations[operation] = .leak
      }
    }
    log.note(operations, relation, tenancy)
    if case .exempt(let reason) = tenancy { notes.append("exempt: \(reason)") }
    return .init(
      name: relation.displayName, tenancy: tenancy.name, operations: operations,
      operationsByRole: byRole,
      partitionOf: relation.isPartition
        ? relation.parents.first.flatMap { survey.catalog.relations[$0]?.displayName } : nil,
      notes: notes, through: through(relation, tenancy),
      tried: survey.options.tellsProbes ? IsolationReport.ProbeSummary.summaries(of: results) : nil)
  }

  private func through(_ relation: Relation, _ tenancy: Tenancy) -> IsolationReport.Through? {
    func key(_ name: String, of oid: UInt32) -> Constraint? {
      survey.catalog.constraints.first {
        $0.kind == .foreignKey && $0.relation == oid && $0.name == name
      }
    }
    switch tenancy {
    case .root(let column), .column(let column): return .init(columns: [column])
    case .parent(let name, let parent):
      return .init(
        columns: key(name, of: relation.oid)?.columns ?? [],
        parent: survey.catalog.relations[parent]?.displayName)
    case .member(let other, let name):
      return .init(
        columns: key(name, of: other)?.referencedColumns ?? [],
        parent: survey.catalog.relations[other]?.displayName)
    case .global, .exempt: return nil
    }
  }

  private func verdict(
    _ operation: ProbedOperation, _ relation: Relation, _ tenancy: Tenancy, _ actor: Actor,
    _ results: [(probe: Probe, result: ProbeResult)]
  ) -> (OperationVerdict, String?) {
    guard isGranted(operation, actor.privileges(on: relation.oid)) else {
      return (.notGranted, nil)
    }
    guard tenancy.isOwned else { return (.isolated, nil) }
    let outcomes = results.map(\.1)
    if outcomes.contains(where: { if case .reached = $0 { true } else { false } }) {
      return (.leak, nil)
    }
    if let obstacle = survey.stage.obstacle(of: relation.oid) { return (.inconclusive, obstacle) }
    guard !results.isEmpty else {
      return (.inconclusive, "\(operation.rawValue): nothing could be tried")
    }
    for (_, result) in results {
      if case .inconclusive(let reason) = result {
        return (.inconclusive, "\(operation.rawValue): \(reason)")
      }
    }
    // Each tenant must be able to do it to its own rows, or the refusals prove nothing about
    // isolation.
    let allowed = Set(results.filter { $0.1 == .allowed }.compactMap { $0.0.actor })
    if allowed.count == survey.stage.holderCount(of: relation.oid) { return (.isolated, nil) }
    if operation == .select, allowed.isEmpty, hasPolicy(for: actor, on: relation) {
      // No policy at all is meant so; one that never lets a row through may want more than is known.
      return (
        .inconclusive,
        "select: no tenant sees a row of its own; the policies may ask for something that is not set"
      )
    }
    return (.denied, nil)
  }

  private func hasPolicy(for actor: Actor, on relation: Relation) -> Bool {
    let own = (survey.catalog.policiesByRelation[relation.oid] ?? []).filter {
      $0.applies(to: "SELECT") && $0.binds(actor.role)
    }
    return own.contains { $0.isPermissive && $0.using != "false" }
      && !own.contains { !$0.isPermissive && $0.using == "false" }
  }

  private func isGranted(_ operation: ProbedOperation, _ privileges: RelationPrivileges) -> Bool {
    switch operation {
    case .select: !privileges.select.isEmpty
    case .insert: !privileges.insert.isEmpty
    case .update: !privileges.update.isEmpty
    case .delete: privileges.delete
    }
  }
}
