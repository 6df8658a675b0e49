internal import DatabaseInstrumentation
internal import Postgres

/// Decides what the outcome of a probe means.
struct ProbeJudge {
  var table: ProbedTable

  /// What `outcome` shows.
  func judge(_ probe: Probe, _ outcome: TrialOutcome) -> ProbeResult {
    let result = judgeAsIs(probe, outcome)
    if probe.isSpeculative, case .inconclusive = result { return .refused }
    return result
  }

  private func judgeAsIs(_ probe: Probe, _ outcome: TrialOutcome) -> ProbeResult {
    switch outcome.outcome {
    case .skipped:
      return .inconclusive("the probe was not run")
    case .failure(let error):
      return probe.purpose == .control
        ? judgeRefusedControl(error) : judgeRefusedAttack(probe, error)
    case .result(let result):
      return judgeSuccess(probe, result, outcome.observation)
    }
  }

  private func judgeRefusedControl(_ error: PostgresError) -> ProbeResult {
    if error.isPolicyRefusal { return .refused }
    // There can be only one row of a tenant in the root table: what meets it got past the policies.
    if error.sqlState == .uniqueViolation || error.sqlState == .exclusionViolation,
      isAfterPolicies(error)
    {
      return .allowed
    }
    return .inconclusive("the tenant's own row: \(error.message)")
  }

  private func judgeRefusedAttack(_ probe: Probe, _ error: PostgresError) -> ProbeResult {
    if error.isPolicyRefusal || probe.isVariant { return .refused }
    switch error.sqlState?.errorClass {
    case "23" where probe.isOnUnowned:
      // A row of the tenant's own may have met the constraint.
      return .refused
    case "23":
      return judgeConstraint(probe, error)
    case "22" where probe.actor == nil, "42" where probe.actor == nil && isMissingSetting(error):
      // Policies that cast the setting refuse everything when there is none: nothing is reached.
      return .refused
    case "P0" where probe.actor == nil && table.relation.hasTriggers:
      // A trigger refuses to work for nobody.
      return .refused
    default:
      return .inconclusive("\(probe.method.rawValue) failed for another reason: \(error)")
    }
  }

  /// `current_setting` without `missing_ok` raises 42704 when there is no such setting.
  private func isMissingSetting(_ error: PostgresError) -> Bool { error.sqlState == "42704" }

  /// Policies are checked before constraints, so whoever got as far as a constraint got past the
  /// policies.
  ///
  /// PostgreSQL manual, CREATE POLICY: "constraints … are checked after" the policy expressions.
  private func judgeConstraint(_ probe: Probe, _ error: PostgresError) -> ProbeResult {
    guard isAfterPolicies(error) else {
      return .inconclusive("\(probe.method.rawValue) failed before the policies: \(error.message)")
    }
    let what =
      switch probe.method {
      case .insert: "a row of \(probe.targetName) got past the policies"
      case .move: "a row given to \(probe.targetName) got past the policies"
      case .update: "the update got past the policies to rows of others"
      case .delete: "the deletion got past the policies to rows of others"
      case .read: "rows of others were read"
      }
    return .reached("\(what); only a constraint stopped it: \(error.message)")
  }

  /// False for domains and partition bounds, which are checked while the row is formed, and for
  /// triggers that raise an error of this class: they come before the policies.
  private func isAfterPolicies(_ error: PostgresError) -> Bool {
    guard let function = error.serverFunction else { return true }
    return [
      "ExecConstraints", "ReportNotNullViolationError", "_bt_check_unique",
      "check_exclusion_or_unique_constraint", "ri_ReportViolation", "RI_FKey_check",
    ].contains(function)
  }

  private func judgeSuccess(
    _ probe: Probe, _ result: QueryResult, _ observation: QueryResult?
  ) -> ProbeResult {
    let actor = probe.actor.map(name) ?? "a session without a tenant"
    let target = probe.targetName
    let placed =
      probe.isOnUnowned ? 1 : probe.claim == nil ? table.placed[probe.target]?.count ?? 0 : 0
    if probe.isEvaluation { return judgeEvaluation(probe, result, actor: actor) }
    switch (probe.purpose, probe.method) {
    case (.control, .read):
      return (result.scalar.flatMap { Int($0) } ?? 0) > 0 ? .allowed : .refused
    case (.control, _):
      return result.rowCount > 0 ? .allowed : .refused
    case (_, .read):
      let seen = result.scalar.flatMap { Int($0) } ?? 0
      return seen == 0 ? .refused : .reached("\(rows(seen)) of \(target) seen by \(actor)")
    case (_, .insert), (_, .move):
      guard let observation else { return .inconclusive("its effect could not be seen") }
      // In a partition lie rows that came through its parent as well.
      if probe.method == .move, result.rowCount == 0 { return .refused }
      let added = (observation.scalar.flatMap { Int($0) } ?? 0) - placed
      guard added > 0 else { return .refused }
      let verb = probe.method == .insert ? "inserted" : "handed over"
      return .reached("\(rows(added)) of \(target) \(verb) by \(actor)")
    case (_, .update), (_, .delete):
      guard let row = observation?.rows.first else {
        return .inconclusive("its effect could not be seen")
      }
      let harmed = placed - (row.int(0) ?? 0)
      if harmed > 0 {
        let verb = probe.method == .update ? "changed" : "deleted"
        return .reached("\(rows(harmed)) of \(target) \(verb) by \(actor)")
      }
      if probe.isOnUnowned { return .refused }
      guard let own = probe.actor.flatMap({ table.placed[$0]?.count }) else { return .refused }
      return own - (row.int(1) ?? 0) > 0 ? .allowed : .refused
    }
  }

  /// What the server said of the policies over rows that were not touched.
  private func judgeEvaluation(
    _ probe: Probe, _ result: QueryResult, actor: String
  ) -> ProbeResult {
    let open = result.scalar.flatMap { Int($0) } ?? 0
    guard open > 0 else { return .refused }
    let deed =
      switch probe.method {
      case .move: "hand \(rows(open)) over to \(probe.targetName)"
      case .delete: "delete \(rows(open)) of \(probe.targetName)"
      default: "change \(rows(open)) of \(probe.targetName)"
      }
    return .reached(
      "\(actor) may \(deed), as the server evaluates the policies for a statement without WHERE")
  }

  private func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

  private func name(_ tenant: Int) -> String { TenantName.of(tenant) }
}

/// The names that reports give to the made-up tenants.
enum TenantName {
  /// `tenant A` for 0, `tenant B` for 1.
  static func of(_ number: Int) -> String { number == 0 ? "tenant A" : "tenant B" }

  /// What a session is called that may have no tenant.
  static func of(_ number: Int?) -> String {
    number.map { of($0) as String } ?? "a session without a tenant"
  }
}
