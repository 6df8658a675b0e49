extension IsolationReport {
  /// What became of schemas with one thing weakened.
  package struct Mutants: Sendable, Codable {
    /// The number made, without the equivalent ones.
    package var made = 0
    /// The number in which something was found that was not there before.
    package var killed = 0
    /// Those in which nothing was found: blind spots of the probes.
    package var survived: [Mutation] = []
    /// Those that change nothing for the application's roles, with the reason.
    package var equivalent: [Mutation]?
    /// Those that the server refused to make, with its words.
    package var notMade: [Mutation]?
    /// Which rule noticed each of the others first.
    package var kills: [Kill]?
    /// The time they took, in seconds.
    package var seconds: Double?

    /// None.
    package init() {}
  }

  /// One thing that was weakened, and what noticed it.
  package struct Kill: Sendable, Codable {
    /// The object, as `schema.name`.
    package var object: String
    /// The stable name of the way it was weakened.
    package var `operator`: MutationOperator
    /// What was done, in words.
    package var mutation: String
    /// The rule of the first finding that was not there before.
    package var rule: String
  }

  /// One thing that was weakened.
  package struct Mutation: Sendable, Codable {
    /// The object, as `schema.name`.
    package var object: String
    /// The stable name of the way it was weakened.
    package var `operator`: MutationOperator
    /// What was done, in words.
    package var mutation: String
    /// The statements that do it.
    package var sql: String
    /// Why it is not counted, or what stood in the way of the probes.
    package var reason: String?
  }
}

extension IsolationReport.Mutants {
  /// What became of mutants, in the order of the plan.
  init(_ tried: [TriedMutant]) {
    for mutant in tried.sorted(by: { $0.number < $1.number }) {
      note(mutant.mutant, mutant.outcome)
    }
  }

  private mutating func note(_ mutant: Mutant, _ outcome: MutantOutcome) {
    var entry = IsolationReport.Mutation(
      object: mutant.object, operator: mutant.operator, mutation: mutant.phrase, sql: mutant.sql)
    switch outcome {
    case .killed(let rule):
      made += 1
      killed += 1
      let kill = IsolationReport.Kill(
        object: mutant.object, operator: mutant.operator, mutation: mutant.phrase, rule: rule)
      kills = (kills ?? []) + [kill]
    case .survived(let note):
      made += 1
      entry.reason = note
      survived.append(entry)
    case .equivalent(let reason):
      entry.reason = reason
      equivalent = (equivalent ?? []) + [entry]
    case .notMade(let reason):
      entry.reason = reason
      notMade = (notMade ?? []) + [entry]
    }
  }
}

/// What became of a mutant.
enum MutantOutcome: Sendable {
  /// A rule found something that was not there before.
  case killed(rule: String)
  /// Nothing was found; with what stood in the way, if that is known.
  case survived(note: String?)
  /// It changes nothing, for this reason.
  case equivalent(String)
  /// The server refused it.
  case notMade(String)
}
