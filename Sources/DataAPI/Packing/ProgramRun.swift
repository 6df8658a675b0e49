internal import AWS
internal import Postgres

/// Runs programs inside the open transaction of a connection.
struct ProgramRun {
  let connection: DataAPIConnection

  /// The outcome of each step.
  ///
  /// - Throws: `PostgresError` when the program as a whole cannot be run.
  func run(_ steps: [PackedProgram.Step]) throws -> [PipelineOutcome] {
    let program = try PackedProgram(steps)
    if !connection.state.hasFunctions {
      _ = try connection.call(ProgramFunction.definition)
      connection.state.define()
    }
    let json = SQLParameter(name: "program", value: .string(try program.json()))
    var pages = try pages(ProgramFunction.call, json)
    // A full answer may have more behind it.
    var isFull = pages.count == ProgramFunction.pageCount
    while isFull {
      let first = SQLParameter(name: "first", value: .long(Int64(pages.count)))
      let more = try self.pages(ProgramFunction.continuation, first)
      pages += more
      isFull = more.count == ProgramFunction.pageCount
    }
    let (outcomes, endsFailed) = try program.outcomes(pages.joined())
    if endsFailed { connection.state.hasFailed = true }
    return outcomes
  }

  private func pages(_ sql: String, _ parameter: SQLParameter) throws -> [String] {
    try (connection.call(sql, [parameter]).records ?? []).compactMap { record in
      guard case .string(let page)? = record.first else { return nil }
      return page
    }
  }
}
