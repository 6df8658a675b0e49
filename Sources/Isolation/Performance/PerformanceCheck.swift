internal import Postgres
internal import Synthesis
internal import Wording

/// Tells which policies make queries slow, over rows of many tenants.
///
/// What a policy looks like is only where it begins. A finding is what proved faster: the planner's
/// cost, the rows and pages that were read and the calls that were made, with and without a remedy.
struct PerformanceCheck: IsolationCheck {
  var rules: [String] { ["slow-policy-call", "tenant-index-missing", "slow-policy-subquery"] }

  /// A remedy that proved to help.
  struct Proof {
    var remedy: Remedy
    var trial: PlanTrial
    var gain: Gain
    /// The statements that were in force before and after.
    var besides: [String]
    var fix: String
  }

  func phrase(_ survey: Survey) -> String {
    "explaining queries on \(Plural.count(survey.targets.count, "table")) of many tenants"
  }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let start = ContinuousClock.now
    var outcome = CheckOutcome()
    var report = PerformanceReport()
    let connection = survey.connection
    var log = survey.coverage
    let current = survey
    do {
      try connection.undoing {
        let volume = try Volume(current)
        // What takes longer is only planned.
        try connection.execute("SET LOCAL statement_timeout = '10s'")
        report.tenants = volume.tenants
        report.rows = volume.rows.values.max() ?? 0
        for (relation, actors) in tables(of: current) {
          if let obstacle = volume.obstacles[relation.oid] {
            log.missed(.performance, relation.displayName, obstacle, isOpen: false)
            continue
          }
          guard volume.rows[relation.oid] != nil else {
            let reason = current.stage.obstacle(of: relation.oid) ?? "it has no rows of tenants"
            log.missed(.performance, relation.displayName, reason, isOpen: false)
            continue
          }
          var run = PerformanceRun(survey: current, volume: volume)
          let obstacle = try run.look(at: relation, as: actors)
          outcome.findings += run.findings
          outcome.probes += run.plans
          report.plans += run.plans
          report.tables += 1
          if let obstacle {
            log.missed(.performance, relation.displayName, obstacle, isOpen: false)
          } else {
            log.probed(.performance, relation.displayName)
          }
        }
      }
    } catch let error as PostgresError where error.code == .server {
      if error.sqlState == .lockNotAvailable { throw error }
      log.missed(
        .check, phrase(survey), "rows in volume could not be made: \(error.message)",
        isOpen: false)
    }
    report.seconds = start.duration(to: .now) / .seconds(1)
    survey.coverage = log
    survey.performance = report
    return outcome
  }

  /// The tables with policies that bind a role, each with those roles.
  private func tables(of survey: Survey) -> [(Relation, [Actor])] {
    survey.targets.compactMap { relation in
      let policies = survey.catalog.policiesByRelation[relation.oid] ?? []
      guard relation.hasRowSecurity, !relation.isPartition, !policies.isEmpty else { return nil }
      let actors = survey.actors.filter { actor in
        !actor.isUnbound && actor.hasAnyPrivilege(on: relation.oid)
          && policies.contains { $0.binds(actor.role) }
      }
      return actors.isEmpty ? nil : (relation, actors)
    }
  }
}
