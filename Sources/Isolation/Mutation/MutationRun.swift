internal import DatabaseInstrumentation
internal import Postgres
internal import Synthesis
internal import Tenants

/// Weakens one thing after another and asks the checks whether they notice.
struct MutationRun {
  /// What has become of the mutants so far.
  private(set) var report = IsolationReport.Mutants()
  private let progress: (String) -> Void
  private let tried: (_ mutants: Int, _ total: Int) -> Void
  private var triedCount = 0
  private var total = 0
  /// What each view reads, directly or not.
  private let sources: [UInt32: Set<UInt32>]
  private let readers: [UInt32: Set<UInt32>]
  /// The roles as which views and functions run.
  private let owners: [RoleAttributes]

  /// A run over the database of `survey`.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  init(
    _ survey: Survey, progress: @escaping (String) -> Void,
    tried: @escaping (_ mutants: Int, _ total: Int) -> Void
  ) throws {
    let connection = survey.connection
    let names = Set(
      survey.catalog.relations.values.filter { $0.kind == .view }.map(\.owner)
        + survey.catalog.routines.filter(\.isSecurityDefiner).map(\.owner))
    owners = try names.sorted().compactMap { try CatalogReader.role($0, from: connection) }
    self.progress = progress
    self.tried = tried
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
    total = mutants.count + plan.countWithTenant
    progress("trying \(mutants.count) mutants without a tenant")
    try run(mutants, survey, isWide: true, known: [])
  }

  /// Tries all other mutants and takes the rows away.
  ///
  /// - Parameter findings: What was found without mutants.
  /// - Throws: `PostgresError` when the connection is lost or a lock does not come.
  mutating func run(_ survey: Survey, findings: [Finding]) throws {
    let plan = MutationPlan(survey, sources: sources, owners: owners)
    total = triedCount + plan.countWithTenant
    for (mutant, reason) in plan.equivalent { report.note(mutant, .equivalent(reason)) }
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
  }

  private mutating func run(
    _ mutants: [Mutant], _ survey: Survey, isWide: Bool, known findings: [Finding]
  ) throws {
    let trial = MutantTrial(survey: survey, readers: readers, isWide: isWide)
    var controls: [UInt32: [Finding]] = [:]
    for mutant in mutants {
      tried(triedCount, total)
      triedCount += 1
      var equivalence = Equivalence(
        before: survey, after: survey, mutant: mutant, known: findings, sources: sources,
        owners: owners)
      if let reason = equivalence.reasonInAdvance() {
        report.note(mutant, .equivalent(reason))
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
      case .found(let finding): report.note(mutant, .killed(rule: finding.rule))
      case .nothingToTry(let reason): report.note(mutant, .equivalent(reason))
      case .refused(let words): report.note(mutant, .notMade(words))
      case .nothing(let after):
        equivalence.after = after
        if let reason = try equivalence.reason() {
          report.note(mutant, .equivalent(reason))
        } else {
          report.note(mutant, .survived(note: obstacle(mutant, survey)))
        }
      }
    }
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
