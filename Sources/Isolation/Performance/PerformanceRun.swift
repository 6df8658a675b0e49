internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Tries the remedies for the policies of one table.
struct PerformanceRun {
  let survey: Survey
  let volume: Volume
  private(set) var findings: [Finding] = []
  /// How many plans were asked for.
  private(set) var plans = 0

  private var tried: Set<String> = []

  init(survey: Survey, volume: Volume) {
    self.survey = survey
    self.volume = volume
  }

  /// Looks at a table as each of the roles; gives back what stood in the way, if anything did.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  mutating func look(at relation: Relation, as actors: [Actor]) throws -> String? {
    let finder = RemedyFinder(survey)
    var obstacle: String?
    for actor in actors {
      for trial in try PlanTrial.all(of: relation, as: actor, survey) {
        let policies = (survey.catalog.policiesByRelation[relation.oid] ?? []).filter {
          $0.applies(to: trial.operation.rawValue.uppercased()) && $0.binds(actor.role)
        }
        let remedies = policies.flatMap { finder.remedies(of: $0, on: relation) }
        guard let base = try plan(trial, []) else {
          obstacle = "\(trial.operation.rawValue) as \(actor.role.name) could not be explained"
          continue
        }
        let open = remedies.filter { remedy in
          tried.insert("\(remedy.policy.name) \(remedy.rule) \(remedy.change)").inserted
        }
        // What costs so little is fast whatever the policy says.
        guard base.cost >= Gain.leastCost || open.contains(where: \.isHidden) else { continue }
        try prove(open, trial, base)
      }
    }
    return obstacle
  }

  /// Tries each remedy alone, and once more beside all others: an index on the tenant column helps
  /// only once a subquery stands in its way no more.
  private mutating func prove(
    _ remedies: [Remedy], _ trial: PlanTrial, _ base: QueryPlan
  ) throws {
    var proofs: [PerformanceCheck.Proof] = []
    for (index, remedy) in remedies.enumerated() {
      let others = remedies.enumerated().filter { $0.offset != index }.map(\.element)
      for besides in others.isEmpty ? [[]] : [[], others] {
        let before = besides.isEmpty ? base : try plan(trial, besides)
        guard let before, let after = try plan(trial, besides + [remedy]) else { continue }
        let gain = Gain(before: before, after: after)
        guard gain.isClear(for: remedy) else { continue }
        proofs.append(
          .init(
            remedy: remedy, trial: trial, gain: gain, besides: statements(besides, isFix: false),
            fix: ""))
        break
      }
    }
    for index in proofs.indices {
      // One policy is altered once, with all that proved to help.
      var same = [proofs[index].remedy]
      if case .policy = proofs[index].remedy.change {
        same = proofs.map(\.remedy).filter { $0.change == proofs[index].remedy.change }
      }
      proofs[index].fix = statements(same, isFix: true).map { $0 + ";" }.joined(separator: "\n")
      findings.append(try finding(proofs[index]))
    }
  }

  private mutating func plan(_ trial: PlanTrial, _ remedies: [Remedy]) throws -> QueryPlan? {
    plans += 1
    return try trial.plan(after: statements(remedies, isFix: false), survey.client)
  }

  /// The statements that put remedies in force, each policy altered once.
  private func statements(_ remedies: [Remedy], isFix: Bool) -> [String] {
    var statements: [String] = []
    var edits: [String: (policy: PolicyDefinition, using: [Remedy.Edit], check: [Remedy.Edit])] =
      [:]
    for remedy in remedies {
      switch remedy.change {
      case .policy(let name):
        edits[name, default: (remedy.policy, [], [])].using += remedy.using
        edits[name]?.check += remedy.check
      case .index(let oid, let keys):
        guard let relation = survey.catalog.relations[oid] else { continue }
        // Others go on writing meanwhile; a partitioned table cannot have it so.
        let way = isFix && relation.kind == .table ? " CONCURRENTLY" : ""
        statements.append(
          "CREATE INDEX\(way) ON \(SQLNames.of(relation)) (\(keys.joined(separator: ", ")))")
      }
    }
    return statements
      + edits.sorted { $0.key < $1.key }.map { _, edit in
        altering(edit.policy, edit.using, edit.check)
      }
  }

  private func altering(
    _ policy: PolicyDefinition, _ using: [Remedy.Edit], _ check: [Remedy.Edit]
  ) -> String {
    func changed(_ expression: String?, _ edits: [Remedy.Edit]) -> String? {
      guard !edits.isEmpty, let expression, let text = try? ExpressionText(expression) else {
        return nil
      }
      return text.replacing(edits.map { ($0.place, $0.text) })
    }
    let table = survey.catalog.relations[policy.relation].map { SQLNames.of($0) } ?? ""
    var sql = "ALTER POLICY \(SQLNames.of(policy.name)) ON \(table)"
    if let using = changed(policy.using, using) { sql += "\n  USING (\(using))" }
    if let check = changed(policy.check, check) { sql += "\n  WITH CHECK (\(check))" }
    return sql
  }
}
