internal import DatabaseInstrumentation
internal import Postgres
internal import Synthesis

extension PerformanceRun {
  /// The finding of a remedy that proved to help.
  func finding(_ proof: PerformanceCheck.Proof) throws -> Finding {
    let trial = proof.trial
    let evidence =
      proof.besides.isEmpty
      ? proof.gain.evidence(for: proof.remedy)
      : proof.gain.evidence(for: proof.remedy) + " (both with the fixes of its other notes)"
    return Finding(
      rule: proof.remedy.rule, severity: .info, object: trial.relation.displayName,
      operation: trial.operation.rawValue, role: trial.role, message: message(proof),
      evidence: evidence, reproduce: (try? script(proof)) ?? "", fix: proof.fix)
  }

  private func message(_ proof: PerformanceCheck.Proof) -> String {
    let remedy = proof.remedy
    let table = proof.trial.relation.displayName
    let part = remedy.part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    switch (remedy.rule, remedy.change) {
    case ("slow-policy-call", _):
      return "policy \(remedy.policy.name) of \(table) computes \(part) for each row"
    case ("slow-policy-subquery", .index(_, let keys)):
      let names = keys.joined(separator: ", ")
      return "policy \(remedy.policy.name) of \(table) reads all of \(part) for want of an index "
        + "that begins with \(names)"
    case ("slow-policy-subquery", _):
      return
        "policy \(remedy.policy.name) of \(table) asks a subquery of each row, so no index is used"
    default:
      return
        "no index of \(table) begins with \(part), which policy \(remedy.policy.name) compares"
    }
  }

  /// The script that shows both plans and leaves nothing behind.
  private func script(_ proof: PerformanceCheck.Proof) throws -> String {
    let trial = proof.trial
    let writer = survey.writer
    var wanted = Set(survey.stage.supportingRows(of: trial.relation.oid).map(\.relation))
    wanted.insert(trial.relation.oid)
    if case .index(let oid, _) = proof.remedy.change { wanted.insert(oid) }
    var lines = ["BEGIN;"] + (try volume.script(filling: wanted, survey))
    lines += proof.besides.map { $0 + ";" }
    let explain =
      proof.gain.before.milliseconds == nil ? "EXPLAIN" : "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF)"
    let look = [
      "SET LOCAL ROLE \(SQLNames.of(trial.role));", "\(explain) \(trial.sql);", "RESET ROLE;",
    ]
    lines.append("-- the context of tenant A")
    lines += try writer.set(trial.context)
    if trial.operation != .select { lines.append("SAVEPOINT before;") }
    lines += look
    if trial.operation != .select { lines.append("ROLLBACK TO SAVEPOINT before;") }
    lines.append("-- the same with the fix")
    lines.append(proof.fix.replacing(" CONCURRENTLY", with: ""))
    return (lines + look + ["ROLLBACK;"]).joined(separator: "\n")
  }
}
