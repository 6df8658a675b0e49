internal import Postgres
internal import Synthesis

/// Several statements that are tried one after another as one role, and undone together.
struct Rehearsal {
  /// What the session's own role prepares.
  var preparation: [String] = []
  /// The role that runs the statements; nil is the session's own.
  var role: String?
  /// The tenant in whose context they run; empty for none.
  var tenant = ""
  var statements: [String]
  /// A query that the session's own role runs at the end.
  var observation: String?

  /// The results of the statements and of the observation; nil when one of them was refused.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func run(in survey: Survey) throws -> [QueryResult]? {
    let all = try lines(settings(survey))
    var steps = [PipelineStatement("SAVEPOINT dbtool_rehearsal")]
    steps += all.map { PipelineStatement($0) }
    // Without a synchronization point here the rollback would be skipped after an error.
    steps[steps.count - 1].synchronizes = true
    steps.append(PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_rehearsal"))
    steps.append(PipelineStatement("RELEASE SAVEPOINT dbtool_rehearsal"))
    let outcomes = try survey.connection.pipeline(steps)
    if let error = outcomes[outcomes.count - 1].error { throw error }
    guard outcomes.allSatisfy({ $0.result != nil }) else { return nil }
    let tail = observation == nil ? 0 : 2
    let first = 1 + all.count - tail - statements.count
    let results = outcomes[first..<(1 + all.count)].compactMap(\.result)
    return tail == 0 ? results : results.dropLast(2) + results.suffix(1)
  }

  /// The same for psql, after the rows of the stage when it needs them.
  func script(_ survey: Survey, withRows: Bool = false) -> String {
    var lines = ["BEGIN;"]
    if withRows {
      lines.append("SET CONSTRAINTS ALL DEFERRED;")
      for row in survey.stage.synthesizer.insertions {
        guard let relation = survey.catalog.relations[row.relation],
          let text = try? row.script(into: relation)
        else { continue }
        lines.append(text + ";")
      }
    }
    lines += ((try? self.lines(settings(survey))) ?? []).map { $0 + ";" }
    return (lines + ["ROLLBACK;"]).joined(separator: "\n")
  }

  /// The settings of the context, the user's too where the tenant has one.
  private func settings(_ survey: Survey) -> [String: String] {
    let stage = survey.stage
    guard let number = stage.tenants.firstIndex(of: tenant) else {
      return [survey.options.tenantSetting: tenant]
    }
    return stage.plan.settings(of: stage.context(of: number))
  }

  private func lines(_ settings: [String: String]) throws -> [String] {
    var lines = preparation
    lines += settings.sorted { $0.key < $1.key }.map { name, value in
      "SELECT set_config(\(SQLNames.literal(name)), \(SQLNames.literal(value)), true)"
    }
    if let role { lines.append("SET LOCAL ROLE \(SQLNames.of(role))") }
    lines += statements
    if let observation {
      lines.append("RESET ROLE")
      lines.append(observation)
    }
    return lines
  }
}
