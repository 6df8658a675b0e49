internal import Instrumentation
internal import Postgres
internal import Synthesis

/// Turns what the probes showed into verdicts and findings.
struct ReportBuilder {
  var catalog: Catalog
  var model: TenancyModel
  var options: IsolationOptions
  var actors: [Actor]
  var stage: Stage
  var results: [(Probe, ProbeResult)]
  /// What views showed.
  var viewLeaks: [ViewProbes.Leak]
  /// What functions did.
  var functionLeaks: [FunctionProbes.Leak]
  /// How many probes those took.
  var otherProbes: Int
  var serverVersion: Int
  /// The SECURITY DEFINER functions that each role may call, by the role's name.
  var callable: [String: Set<UInt32>]

  /// The report about `included`, which took `seconds`.
  func report(_ included: [Relation], seconds: Double) -> IsolationReport {
    let byTable = Dictionary(grouping: results.filter { $0.0.side == nil }, by: { $0.0.table })
    let tables = included.map { table($0, byTable[$0.oid] ?? []) }
    let findings =
      findings(included, byTable)
      + SharedTableNotes(
        catalog: catalog, model: model, actors: actors
      ).findings(included)
      + PrivilegeRules(
        model: model, actors: actors, tenantSetting: options.tenantSetting,
        serverVersion: serverVersion
      ).findings(included)
      + DefinitionRules(
        catalog: catalog, model: model, actors: actors, callable: callable
      ).findings(included)
    let verdict: OverallVerdict
    if findings.contains(where: { $0.severity == .error }) {
      verdict = .leak
    } else if results.isEmpty || tables.contains(where: { hasOpenQuestion($0) }) {
      // Where nothing could be probed nothing was proved.
      verdict = .inconclusive
    } else {
      verdict = .isolated
    }
    return IsolationReport(
      verdict: verdict, roles: options.roles, tables: tables, findings: findings,
      probes: .init(run: results.count + otherProbes, seconds: seconds))
  }

  private func hasOpenQuestion(_ table: IsolationReport.Table) -> Bool {
    ProbedOperation.allCases.contains { table.operations[$0] == .inconclusive }
  }

  // MARK: - Verdicts

  private func table(
    _ relation: Relation, _ results: [(Probe, ProbeResult)]
  ) -> IsolationReport.Table {
    let tenancy = model.tables[relation.oid] ?? .global
    var operations = IsolationReport.Operations(all: .notGranted)
    var notes: [String] = []
    for actor in actors {
      for operation in ProbedOperation.allCases {
        let own = results.filter {
          $0.0.operation == operation && $0.0.trial.role == actor.role.name
        }
        let (verdict, note) = verdict(operation, relation, tenancy, actor, own)
        operations[operation] = operations[operation].worse(verdict)
        if let note, !notes.contains(note) { notes.append(note) }
      }
    }
    if case .exempt(let reason) = tenancy { notes.append("exempt: \(reason)") }
    return .init(
      name: relation.displayName, tenancy: tenancy.name, operations: operations,
      partitionOf: relation.isPartition
        ? relation.parents.first.flatMap { catalog.relations[$0]?.displayName } : nil,
      notes: notes)
  }

  private func verdict(
    _ operation: ProbedOperation, _ relation: Relation, _ tenancy: Tenancy, _ actor: Actor,
    _ results: [(Probe, ProbeResult)]
  ) -> (OperationVerdict, String?) {
    guard isGranted(operation, actor.privileges(on: relation.oid)) else {
      return (.notGranted, nil)
    }
    guard tenancy.isOwned else { return (.isolated, nil) }
    let outcomes = results.map(\.1)
    if outcomes.contains(where: { if case .reached = $0 { true } else { false } }) {
      return (.leak, nil)
    }
    if let obstacle = stage.obstacle(of: relation.oid) { return (.inconclusive, obstacle) }
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
    return (allowed.count == stage.tenants.count ? .isolated : .denied, nil)
  }

  private func isGranted(_ operation: ProbedOperation, _ privileges: RelationPrivileges) -> Bool {
    switch operation {
    case .select: !privileges.select.isEmpty
    case .insert: !privileges.insert.isEmpty
    case .update: !privileges.update.isEmpty
    case .delete: privileges.delete
    }
  }

  // MARK: - Findings

  private func findings(
    _ included: [Relation], _ byTable: [UInt32: [(Probe, ProbeResult)]]
  ) -> [Finding] {
    let writer = ScriptWriter(
      stage: stage,
      settings: ContextSettings(tenant: options.tenantSetting, user: options.userSetting))
    var findings: [Finding] = []
    for relation in included {
      var seen: Set<String> = []
      let results = byTable[relation.oid] ?? []
      // What is open to another tenant is open to nobody as well: that is not a second finding.
      let openToTenants = Set(
        results.compactMap { probe, result -> String? in
          guard case .reached = result, probe.actor != nil else { return nil }
          return probe.operation.rawValue + " " + probe.trial.role
        })
      for (probe, result) in results {
        let subject = probe.operation.rawValue + " " + probe.trial.role
        if probe.actor == nil, openToTenants.contains(subject) { continue }
        guard case .reached(let evidence) = result,
          let actor = actors.first(where: { $0.role.name == probe.trial.role })
        else { continue }
        let diagnosis = Diagnosis(
          relation: relation, tenancy: model.tables[relation.oid] ?? .global,
          policies: catalog.policies.filter { $0.relation == relation.oid }, actor: actor,
          probe: probe, options: options)
        let key = [diagnosis.rule, probe.operation.rawValue, probe.trial.role]
          .joined(separator: " ")
        guard seen.insert(key).inserted else { continue }
        findings.append(
          Finding(
            rule: diagnosis.rule, severity: .error, object: relation.displayName,
            operation: probe.operation.rawValue, role: probe.trial.role,
            message: diagnosis.message, evidence: evidence,
            reproduce: (try? writer.script(for: probe)) ?? "", fix: diagnosis.fix))
      }
    }
    for (probe, result) in results {
      guard let side = probe.side, case .reached(let evidence) = result,
        let relation = catalog.relations[probe.table]
      else { continue }
      findings.append(
        side.finding(
          probe, relation, evidence: evidence,
          reproduce: (try? writer.script(for: probe)) ?? "", catalog: catalog,
          tenantColumn: options.tenantColumn))
    }
    var called: Set<UInt32> = []
    for leak in functionLeaks where called.insert(leak.routine.oid).inserted {
      findings.append(leak.finding(writer))
    }
    findings += immutableContexts(included)
    var shown: Set<String> = []
    for leak in viewLeaks where shown.insert(leak.view.displayName + " " + leak.role).inserted {
      findings.append(leak.finding(writer))
    }
    return findings
  }

  /// Policies that call a function which reads a setting and claims that it depends on nothing.
  ///
  /// The planner may then compute it once and keep the value in a cached plan (PostgreSQL manual,
  /// section 38.7 "Function Volatility Categories"): the next tenant of the session gets the first
  /// one's rows.
  private func immutableContexts(_ included: [Relation]) -> [Finding] {
    included.flatMap { relation in
      catalog.routines.filter {
        $0.volatility == .immutable && $0.policyRelations.contains(relation.oid)
          && $0.source.lowercased().contains("current_setting")
      }.map { routine in
        let name = "\(routine.displayName)(\(routine.argumentTypes.joined(separator: ", ")))"
        return Finding(
          rule: "immutable-context", severity: .error, object: relation.displayName,
          operation: "select", role: options.roles.first ?? "",
          message:
            "policies of \(relation.displayName) call \(routine.displayName), which reads a setting though it is IMMUTABLE: a cached plan keeps the first tenant",
          evidence: "\(routine.displayName) is IMMUTABLE and calls current_setting", reproduce: "",
          fix: "ALTER FUNCTION \(name) STABLE;")
      }
    }
  }
}
