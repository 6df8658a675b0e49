internal import DatabaseInstrumentation
internal import Postgres

/// Probes over the rows in place, and what their outcomes prove.
extension Stage {
  /// Probes in a session that has had no tenant context yet, so before any other probe.
  func probeUnset(
    _ targets: [Relation], as actor: Actor, client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    let stage = try relocated(on: client.connection)
    var probes = try targets.flatMap { relation -> [Probe] in
      guard let factory = try stage.factory(relation, actor) else { return [] }
      guard isLive else { return try factory.probesOfNobody(context: .unset) }
      return try live(factory, actor).probesOfNobody(context: .unset)
    }
    var outcomes = try client.rehearse(probes.map { .trial($0.trial) })
    // While everything lies in place, rows that refer to others hide which of them were reached.
    let stopped = probes.indices.filter {
      probes[$0].method == .delete && outcomes[$0].outcome.error?.sqlState == .foreignKeyViolation
    }
    for index in stopped {
      var probe = probes[index]
      probe.trial.scene = [.withoutForeignKeys]
      let again = try client.rehearse([.trial(probe.trial)])
      guard let outcome = again.first, outcome.outcome.result != nil else { continue }
      probes[index] = probe
      outcomes[index] = outcome
    }
    return try judged(probes, outcomes)
  }

  /// Probes in the tenants' contexts and takes each table's rows away afterwards.
  mutating func probeInContext(
    _ targets: [Relation], as actors: [Actor], client: InstrumentedClient
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    var results = try probeInTurn(targets, as: actors, client: client) { stage, factory, actor in
      try stage.probes(of: factory, actor)
    }
    results = try withTriggersAtRest(results, as: actors, client: client)
    let open = targets.filter { counterexamples[$0.oid]?.settings.isEmpty == false }
    guard !open.isEmpty, !isLive else { return results }
    // A setting that was made once is empty ever after in this session, where it did not exist
    // before, and not every policy can digest that. So all this comes last, over rows made anew.
    var again = self
    try again.placeAnew(on: client.connection)
    results += try again.probeInTurn(open, as: actors, client: client) { _, factory, _ in
      try factory.throughBackdoors()
    }
    return results
  }

  /// Runs the probes that `make` makes of each table, the last filled first.
  mutating func probeInTurn(
    _ targets: [Relation], as actors: [Actor], client: InstrumentedClient,
    _ make: (Stage, ProbeFactory, Actor) throws -> [Probe]
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    let wanted = Dictionary(uniqueKeysWithValues: targets.map { ($0.oid, $0) })
    var steps: [RehearsalStep] = []
    var probes: [Probe] = []
    var outcomes: [TrialOutcome] = []
    let order = keepsRows ? targets.map(\.oid) : Array(order.reversed())
    for relation in order {
      if let target = wanted[relation] {
        let hasFound = counterexamples[relation]?.placed.isEmpty == false
        if hasFound || target.hasTriggers {
          // Their places must be known before probes can look at them.
          outcomes += try client.rehearse(steps)
          steps = []
        }
        if hasFound {
          if kept.contains(relation) {
            try client.connection.execute("SAVEPOINT dbtool_kept")
          }
          try placeCounterexamples(in: target, on: client.connection)
        }
        try relocate(target, on: client.connection)
        for actor in actors {
          guard let factory = try factory(target, actor) else { continue }
          let made = try make(self, factory, actor)
          probes += made
          steps += made.map { .trial($0.trial) }
        }
      }
      if kept.contains(relation) {
        // The rows that others need stay, those that were looked for may not.
        if wanted[relation] != nil, counterexamples[relation]?.placed.isEmpty == false {
          steps.append(.setup(PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_kept")))
        }
      } else if !keepsRows, let statement = takingAway(relation) {
        steps.append(.setup(statement))
      }
    }
    outcomes += try client.rehearse(steps)
    return try judged(probes, outcomes)
  }

  /// The statement that takes a table's rows away, and those of the tables after it.
  func takingAway(_ relation: UInt32) -> PipelineStatement? {
    kept.contains(relation)
      ? nil : savepoints[relation].map { PipelineStatement("ROLLBACK TO SAVEPOINT \($0)") }
  }

  func judged(
    _ probes: [Probe], _ outcomes: [TrialOutcome]
  ) throws -> [(probe: Probe, result: ProbeResult)] {
    var tables: [UInt32: ProbedTable] = [:]
    let results = try zip(probes, outcomes).map { probe, outcome in
      if tables[probe.table] == nil { tables[probe.table] = try table(probe.table) }
      guard let table = tables[probe.table] else {
        return (probe, ProbeResult.inconclusive("the table has no rows"))
      }
      let judge = ProbeJudge(table: table)
      if let side = probe.side { return (probe, judge.judge(side, outcome.outcome)) }
      return (probe, judge.judge(probe, outcome))
    }
    return withoutShared(withoutOwnViolations(results, outcomes))
  }

  /// That nobody reads a row of no tenant counts unless tenants read it as well: then it is shared.
  private func withoutShared(
    _ results: [(probe: Probe, result: ProbeResult)]
  ) -> [(probe: Probe, result: ProbeResult)] {
    func isRead(_ probe: Probe) -> Bool { probe.isOnUnowned && probe.method == .read }
    func key(_ probe: Probe) -> String { "\(probe.table) \(probe.trial.role)" }
    let shared = Set(
      results.compactMap { probe, result -> String? in
        guard isRead(probe), probe.actor != nil, case .reached = result else { return nil }
        return key(probe)
      })
    return results.filter { probe, _ in
      !isRead(probe) || (probe.actor == nil && !shared.contains(key(probe)))
    }
  }

  /// An update that breaks a constraint proves something only if the tenant's own rows do not break
  /// it.
  private func withoutOwnViolations(
    _ results: [(probe: Probe, result: ProbeResult)], _ outcomes: [TrialOutcome]
  ) -> [(probe: Probe, result: ProbeResult)] {
    zip(results, outcomes).map { result, outcome in
      let (probe, verdict) = result
      guard probe.purpose == .blind, probe.method == .update, let actor = probe.actor,
        case .reached = verdict, let error = outcome.outcome.error
      else { return result }
      let isOwnFine = results.contains { control, verdict in
        control.purpose == .control && control.method == .update && control.actor == actor
          && control.table == probe.table && control.trial.role == probe.trial.role
          && verdict == .allowed
      }
      if isOwnFine { return result }
      if probe.isSpeculative { return (probe, .refused) }
      return (probe, .inconclusive("the tenant's own rows: \(error.message)"))
    }
  }
}
