internal import DatabaseInstrumentation
internal import Postgres
internal import Synthesis
internal import Tenants

/// Weakens one thing after another and asks the checks whether they notice.
struct MutationRun {
  /// What has become of the mutants so far, but for those that others tried.
  private(set) var tried: [TriedMutant] = []
  private let queue: MutantQueue
  private let progress: (String) -> Void
  private let onTrial: (_ mutants: Int, _ total: Int) -> Void
  /// The number of the next mutant of the plan.
  private var number = 0
  private var total = 0
  /// What each view reads, directly or not.
  private let sources: [UInt32: Set<UInt32>]
  private let readers: [UInt32: Set<UInt32>]
  /// The roles as which views and functions run.
  private let owners: [RoleAttributes]

  /// A run over the database of `survey`.
  ///
  /// - Parameters:
  ///   - queue: What it has in common with runs over copies of the database.
  ///   - progress: Hears of each step.
  ///   - onTrial: Hears of each mutant how many were dealt out, and of how many.
  /// - Throws: `PostgresError` when the connection is lost.
  init(
    _ survey: Survey, queue: MutantQueue, progress: @escaping (String) -> Void,
    onTrial: @escaping (_ mutants: Int, _ total: Int) -> Void
  ) throws {
    let connection = survey.connection
    let names = Set(
      survey.catalog.relations.values.filter { $0.kind == .view }.map(\.owner)
        + survey.catalog.routines.filter(\.isSecurityDefiner).map(\.owner))
    owners = try names.sorted().compactMap { try CatalogReader.role($0, from: connection) }
    self.queue = queue
    self.progress = progress
    self.onTrial = onTrial
    let direct = try CatalogReader.viewSources(from: connection)
    var sources: [UInt32: Set<UInt32>] = [:]
    for view in direct.keys {
      var open = [view]
      while let next = open.popLast() {
        for source in direct[next] ?? []
        where sources[view, default: []].insert(source).inserted {
          open.append(source)
        }
      }
    }
    self.sources = sources
    readers = sources.reduce(into: [:]) { readers, entry in
      for source in entry.value { readers[source, default: []].insert(entry.key) }
    }
  }

  /// Tries the mutants that show only while the session has had no tenant.
  ///
  /// - Throws: `PostgresError` when the connection is lost or a lock does not come.
  mutating func runUnset(_ survey: Survey) throws {
    let plan = MutationPlan(survey, sources: sources, owners: owners)
    let mutants = plan.unset
    total = plan.count
    progress("trying \(mutants.count) mutants without a tenant")
    try run(mutants, survey, isWide: true, known: [])
  }

  /// Tries all other mutants and takes the rows away.
  ///
  /// - Parameter findings: What was found without mutants.
  /// - Throws: `PostgresError` when the connection is lost or a lock does not come.
  mutating func run(_ survey: Survey, findings: [Finding]) throws {
    let plan = MutationPlan(survey, sources: sources, owners: owners)
    // Those before were the main session's, in which nobody had been yet.
    number = plan.unset.count
    total = plan.count
    progress("trying \(plan.wide.count) mutants of roles, views and functions")
    try run(plan.wide, survey, isWide: true, known: findings)
    for relation in survey.stage.order.reversed() {
      if let mutants = plan.byTable[relation], let table = survey.catalog.relations[relation] {
        progress("trying \(mutants.count) mutants of \(table.displayName)")
        try run(mutants, survey, isWide: false, known: findings)
      }
      if let statement = survey.stage.takingAway(relation) {
        try survey.connection.execute(statement.sql)
      }
    }
    for (mutant, reason) in plan.equivalent {
      if queue.take(number) { note(mutant, .equivalent(reason)) }
      number += 1
    }
  }

  private mutating func run(
    _ mutants: [Mutant], _ survey: Survey, isWide: Bool, known findings: [Finding]
  ) throws {
    let trial = MutantTrial(survey: survey, readers: readers, isWide: isWide)
    var controls: [UInt32: [Finding]] = [:]
    for mutant in mutants {
      defer { number += 1 }
      guard queue.take(number) else { continue }
      onTrial(queue.count - 1, total)
      var equivalence = Equivalence(
        before: survey, after: survey, mutant: mutant, known: findings, sources: sources,
        owners: owners)
      if let reason = equivalence.reasonInAdvance() {
        note(mutant, .equivalent(reason))
        continue
      }
      // Whatever the narrower survey says without any mutant is no merit of a mutant.
      if let relation = mutant.relation {
        if controls[relation.oid] == nil {
          controls[relation.oid] = try trial.findingsWithout(mutant)
        }
        equivalence.known += controls[relation.oid] ?? []
      }
      let known = Set(equivalence.known.map { FindingIdentity($0) })
      let result = try trial.run(mutant, known: known) { changed in
        equivalence.after = changed
        return equivalence.reasonOnceMade()
      }
      switch result {
      case .found(let finding): note(mutant, .killed(rule: finding.rule))
      case .nothingToTry(let reason): note(mutant, .equivalent(reason))
      case .refused(let words): note(mutant, .notMade(words))
      case .nothing(let after):
        equivalence.after = after
        if let reason = try equivalence.reason() {
          note(mutant, .equivalent(reason))
        } else {
          note(mutant, .survived(note: obstacle(mutant, survey)))
        }
      }
    }
  }

  private mutating func note(_ mutant: Mutant, _ outcome: MutantOutcome) {
    tried.append(TriedMutant(number: number, mutant: mutant, outcome: outcome))
  }

  /// Why nothing could be seen, as far as that is known.
  private func obstacle(_ mutant: Mutant, _ survey: Survey) -> String? {
    guard let relation = mutant.relation else { return nil }
    switch survey.model.tables[relation.oid] {
    case .exempt(let reason): return "the table is exempt: \(reason)"
    case .global:
      return "nothing leads from the table's rows to a tenant, so they were not probed"
    default: return survey.stage.obstacle(of: relation.oid)
    }
  }
}
