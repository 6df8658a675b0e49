internal import DatabaseInstrumentation
internal import Postgres

extension IsolationReport {
  /// Probes of one kind on a table, in words.
  package struct ProbeSummary: Sendable, Codable, Equatable {
    /// The operation.
    package var operation: String
    /// The role.
    package var role: String
    /// What was tried.
    package var attempt: String
    /// What was seen.
    package var outcome: String
    /// True when it is as it should be.
    package var isGood: Bool
    /// How many were alike.
    package var count: Int
  }
}

extension IsolationReport.ProbeSummary {
  /// The probes of a table, those that are alike counted, in the order in which they were run.
  static func summaries(
    of results: [(probe: Probe, result: ProbeResult)]
  ) -> [IsolationReport.ProbeSummary] {
    var summaries: [IsolationReport.ProbeSummary] = []
    for (probe, result) in results where !(probe.isVariant && result == .refused) {
      let (outcome, isGood) = probe.words(for: result)
      let summary = IsolationReport.ProbeSummary(
        operation: probe.operation.rawValue, role: probe.trial.role, attempt: probe.words,
        outcome: outcome, isGood: isGood, count: 1)
      let alike = summaries.firstIndex {
        ($0.operation, $0.role, $0.attempt, $0.outcome, $0.isGood)
          == (
            summary.operation, summary.role, summary.attempt, summary.outcome, summary.isGood
          )
      }
      if let alike { summaries[alike].count += 1 } else { summaries.append(summary) }
    }
    return summaries
  }
}

extension Probe {
  /// What is tried, in words.
  fileprivate var words: String {
    let who = actor == nil ? "a session without a tenant" : "a tenant"
    guard purpose != .control else {
      return switch method {
      case .read: "\(who) reads its own rows"
      case .insert: "\(who) adds a row of its own"
      case .update, .move: "\(who) changes its own rows"
      case .delete: "\(who) deletes its own rows"
      }
    }
    if purpose == .blind {
      return method == .delete
        ? "\(who) deletes all rows there are" : "\(who) changes all rows there are"
    }
    let whose = claim == nil ? "another tenant" : "a tenant under a resembling id"
    let words =
      switch method {
      case .read: "\(who) reads rows of \(whose)"
      case .insert: "\(who) adds a row of \(whose)"
      case .update: "\(who) changes rows of \(whose)"
      case .move: "\(who) gives its row to \(whose)"
      case .delete: "\(who) deletes rows of \(whose)"
      }
    return isOnUnowned ? words + ", where a row is nobody's" : words
  }

  /// What was seen, in words, and whether it is as it should be.
  fileprivate func words(for result: ProbeResult) -> (String, Bool) {
    switch result {
    case .reached(let evidence): (evidence, false)
    case .refused where purpose == .control: ("refused", false)
    case .refused: ("refused, no row reached", true)
    case .allowed where purpose == .blind: ("only the own rows were reached", true)
    case .allowed: ("done", true)
    case .inconclusive(let reason): ("not concluded: \(reason)", false)
    }
  }
}
