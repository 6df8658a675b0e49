internal import DatabaseInstrumentation
internal import Postgres

/// Runs statements that may write anywhere, and looks at what they did to another tenant's rows.
///
/// Looking at every table after every statement would cost as much as all other probes together. So
/// the statements run once with a look at how much was written at all, and those that wrote run
/// again with a look at the tables.
struct WriteTrials {
  var survey: Survey

  /// What became of each trial, and the tables in which rows of its target were touched.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func run(
    _ trials: [(trial: Trial, target: Int)]
  ) throws -> [(outcome: TrialOutcome, harmed: [Relation])] {
    let connection = survey.connection
    guard !trials.isEmpty else { return [] }
    // What may write does not run beside an application at work, and looking reads whole tables.
    guard survey.options.live == nil else {
      return try survey.client.rehearse(trials.map { .trial($0.trial) }).map { ($0, []) }
    }
    let counts = survey.stage.writeCount
    var last = try connection.execute(counts.sql, counts.parameters).scalar
    let isCounted = try connection.execute("SHOW track_counts").scalar == "on"
    let outcomes = try survey.client.rehearse(
      trials.map { trial, _ in
        var trial = trial
        trial.observation = counts
        return .trial(trial)
      })
    var writing: [Int] = []
    for (index, outcome) in outcomes.enumerated() {
      guard let count = outcome.observation?.scalar else { continue }
      if count != last || !isCounted { writing.append(index) }
      last = count
    }
    let before = try survey.stage.tenants.indices.map { tenant in
      let state = try survey.stage.state(of: tenant)
      return places(try connection.execute(state.sql, state.parameters))
    }
    let seen = try survey.client.rehearse(
      writing.map { index in
        var trial = trials[index].trial
        trial.observation = try survey.stage.state(of: trials[index].target)
        return .trial(trial)
      })
    var result = outcomes.map { (outcome: $0, harmed: [Relation]()) }
    for (index, outcome) in zip(writing, seen) {
      guard let observation = outcome.observation else { continue }
      let now = places(observation)
      let touched = before[trials[index].target].filter { now[$0.key] != $0.value }.keys
      result[index].harmed = touched.sorted().compactMap { survey.catalog.relations[$0] }
    }
    return result
  }

  private func places(_ result: QueryResult) -> [UInt32: String] {
    Dictionary(
      result.rows.compactMap { row in UInt32(row.text(0)).map { ($0, row.text(1)) } },
      uniquingKeysWith: { first, _ in first })
  }
}
