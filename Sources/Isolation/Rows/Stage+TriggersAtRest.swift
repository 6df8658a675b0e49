internal import DatabaseInstrumentation
internal import Postgres

extension Stage {
  /// Tries once more, while triggers rest, what a trigger may have stopped before any policy was
  /// asked.
  ///
  /// BEFORE triggers come before the WITH CHECK of policies, so what they refuse says nothing of
  /// policies. When the policies refuse it as well, the tenant is isolated whatever the trigger
  /// does; when they let it pass, nothing is concluded, as before.
  func withTriggersAtRest(
    _ results: [(probe: Probe, result: ProbeResult)], as actors: [Actor],
    client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    guard !isLive || isSilent else { return results }
    var stopped: [ProbeDeed: Int] = [:]
    var deeds = DeedCounter()
    for (index, (probe, result)) in results.enumerated() {
      let deed = deeds.next(probe)
      guard case .inconclusive = result, probe.writesRows,
        catalog.relations[probe.table]?.hasTriggers == true
      else { continue }
      stopped[deed] = index
    }
    guard !stopped.isEmpty else { return results }
    var again = self
    // Those that are kept lie there still, and their savepoints are older than what is tried.
    if !keepsRows { try again.placeAnew(on: client.connection) }
    let tables = Set(stopped.keys.map(\.table)).sorted().compactMap { catalog.relations[$0] }
    var known: [Int] = []
    deeds = DeedCounter()
    let second = try again.probeInTurn(tables, as: actors, client: client) {
      stage, factory, actor in
      try stage.probes(of: factory, actor).compactMap { probe in
        guard let index = stopped[deeds.next(probe)] else { return nil }
        known.append(index)
        var probe = probe
        probe.trial.scene.append(.withoutForeignKeys)
        return probe
      }
    }
    var results = results
    for (index, (_, result)) in zip(known, second) {
      guard case .inconclusive(let reason) = results[index].result else { continue }
      switch result {
      case .refused, .allowed: results[index].result = result
      case .reached(let evidence):
        results[index].result = .inconclusive(
          "\(reason); without the table's triggers it gets through: \(evidence)")
      case .inconclusive: continue
      }
    }
    return results
  }
}

/// What a probe does, whichever rows lie there.
private struct ProbeDeed: Hashable {
  var table: UInt32
  var role: String
  var method: Probe.Method
  var purpose: Probe.Purpose
  var actor: Int?
  var target: Int
  var claim: String?
  var isEvaluation: Bool
  /// Its number among those that are the same in all else.
  var number = 0
}

/// Tells probes apart in the order in which they are made.
private struct DeedCounter {
  private var counts: [ProbeDeed: Int] = [:]

  mutating func next(_ probe: Probe) -> ProbeDeed {
    var deed = ProbeDeed(
      table: probe.table, role: probe.trial.role, method: probe.method, purpose: probe.purpose,
      actor: probe.actor, target: probe.target, claim: probe.claim,
      isEvaluation: probe.isEvaluation)
    let number = counts[deed, default: 0]
    counts[deed] = number + 1
    deed.number = number
    return deed
  }
}

extension Probe {
  /// True when it tries to change rows, its own or another tenant's.
  fileprivate var writesRows: Bool { method != .read && side == nil }
}
