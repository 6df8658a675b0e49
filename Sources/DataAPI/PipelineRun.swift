internal import AWS
internal import Postgres
internal import SQLSyntax

/// One run of a connection's `pipeline`: what libpq does with one network wait, in few calls.
struct PipelineRun {
  typealias Step = PackedProgram.Step

  /// Statements of a call at most: the call must end before its 45 seconds do.
  private static let longestProgram = 1_000
  /// Characters of a call's statements at most; with their escapes they stay below 4 MiB.
  private static let largestProgram = 1 << 20
  /// From how many statements on the functions of a program are worth their definition.
  private static let worthDefining = 4

  let connection: DataAPIConnection
  let steps: [Step]

  /// - Throws: `PostgresError` when the service is lost; then some outcomes are not known.
  func run(_ onOutcome: (Int, PipelineOutcome) -> Void) throws -> [PipelineOutcome] {
    var outcomes: [PipelineOutcome] = []
    outcomes.reserveCapacity(steps.count)
    var isSkipping = false
    func add(_ new: [PipelineOutcome]) throws {
      for outcome in new {
        let index = outcomes.count
        outcomes.append(outcome)
        onOutcome(index, outcome)
        if case .failure = outcome { isSkipping = true }
        if steps[index].statement.synchronizes { isSkipping = false }
      }
    }
    while outcomes.count < steps.count {
      let index = outcomes.count
      if isSkipping {
        try add([.skipped])
        continue
      }
      switch steps[index].shape.control {
      case .begin?, .commit?, .rollback?:
        try add([try single(index)])
        continue
      default: break
      }
      if connection.transactionStatus == .idle {
        let unit = implicitUnit(from: index)
        guard unit.count > 1 || isLong(index) else {
          try add([try single(index)])
          continue
        }
        let found = try inImplicitTransaction(unit)
        try add(found)
        continue
      }
      try add(try window(from: index))
    }
    return outcomes
  }

  /// True for a text that does not fit into a call, but beside it, as a program's value.
  private func isLong(_ index: Int) -> Bool {
    let sql = steps[index].statement.sql
    return sql.utf8.count > RDSDataClient.longestSQL
      && sql.unicodeScalars.count > RDSDataClient.longestSQL
  }

  /// The statements up to the next synchronization point or control statement.
  private func implicitUnit(from index: Int) -> Range<Int> {
    var end = index
    while end < steps.count {
      if steps[end].shape.control != nil { break }
      end += 1
      if steps[end - 1].statement.synchronizes { break }
    }
    return index..<max(end, index + 1)
  }

  /// Statements that share a transaction because nothing ends it between them.
  private func inImplicitTransaction(_ unit: Range<Int>) throws -> [PipelineOutcome] {
    _ = try connection.execute("BEGIN", [])
    var found: [PipelineOutcome] = []
    do {
      while found.count < unit.count {
        found += try window(from: unit.lowerBound + found.count, before: unit.upperBound)
        guard let last = found.last, case .result = last else { break }
      }
      let isGood = found.allSatisfy { $0.error == nil }
      let isReadOnly = unit.allSatisfy { steps[$0].shape.isQuery }
      // Of queries nothing is to be kept, and rolling back costs less.
      _ = try connection.execute(isGood && !isReadOnly ? "COMMIT" : "ROLLBACK", [])
    } catch {
      if connection.transactionStatus != .idle { _ = try? connection.execute("ROLLBACK", []) }
      throw error
    }
    found += Array(repeating: .skipped, count: unit.count - found.count)
    return found
  }

  /// The outcome of one step that is a call of its own.
  private func single(_ index: Int) throws -> PipelineOutcome {
    do {
      return .result(try connection.run(steps[index].statement, steps[index].shape))
    } catch let error as PostgresError {
      guard error.code == .server || error.code == .invalidRequest else { throw error }
      return .failure(error)
    }
  }

  /// The outcomes of the steps that begin here and can go together.
  private func window(from index: Int, before limit: Int? = nil) throws -> [PipelineOutcome] {
    guard connection.transactionStatus == .inTransaction else { return [try single(index)] }
    let program = programRange(from: index, before: limit ?? steps.count)
    let script = scriptRange(from: index, before: limit ?? steps.count)
    if script.count > 1, script.count >= program.count { return try runScript(script) }
    let worthwhile = connection.state.hasFunctions ? 2 : Self.worthDefining
    if program.count >= worthwhile || (!program.isEmpty && isLong(index)),
      try connection.mayCreateFunctions()
    {
      return try runProgram(program)
    }
    return script.count > 1 ? try runScript(script) : [try single(index)]
  }

  // MARK: Scripts

  /// The steps from here on whose results nobody looks at, and that fit into one statement.
  private func scriptRange(from index: Int, before limit: Int) -> Range<Int> {
    var end = index
    var characters = 0
    while end < limit, end - index < Self.longestProgram {
      let (statement, shape) = steps[end]
      guard shape.control == nil, shape.runsInFunction, !statement.isResultNeeded else { break }
      // A parameter may become longer by its quotes.
      characters +=
        statement.sql.unicodeScalars.count + 80
        + statement.parameters.reduce(0) { sum, parameter in
          guard case .text(let text) = parameter else { return sum + 4 }
          return sum + 2 * text.unicodeScalars.count
        }
      guard characters < RDSDataClient.longestSQL - 2_000 else { break }
      end += 1
      if statement.synchronizes { break }
    }
    return index..<max(end, index)
  }

  private func runScript(_ range: Range<Int>) throws -> [PipelineOutcome] {
    let script = PackedScript(
      try range.map { try StatementBinding.inlined(steps[$0].statement) })
    do {
      do {
        _ = try connection.call(script.sql, continuesAfterTimeout: true)
      } catch let error as PostgresError where error.code == .cancelled {
        connection.stop(script.mark)
        throw error
      }
      return range.map { _ in .result(QueryResult(command: "")) }
    } catch let error as PostgresError {
      guard error.code == .server || error.code == .invalidRequest else { throw error }
      guard let (failed, cause) = PackedScript.failure(error) else { return [.failure(error)] }
      let done = Array(
        repeating: PipelineOutcome.result(QueryResult(command: "")), count: failed)
      return done + [.failure(located(cause, range.lowerBound + failed))]
    }
  }

  /// The error with its place in the statement, which a block does not tell.
  ///
  /// What a transaction of this pipeline did so far was lost with it, so it can be done once more up to
  /// that statement, by itself, to be rolled back again.
  private func located(_ error: PostgresError, _ index: Int) -> PostgresError {
    guard let state = error.sqlState, ["42", "22", "0A"].contains(state.errorClass),
      let first = steps[..<index].lastIndex(where: {
        if case .begin = $0.shape.control { return true }
        return false
      })
    else { return error }
    var found = error
    do {
      _ = try connection.execute("ROLLBACK", [])
      _ = try connection.run(steps[first].statement, steps[first].shape)
      let before = try (first + 1..<index).map { try StatementBinding.inlined(steps[$0].statement) }
      if !before.isEmpty { _ = try connection.call(PackedScript(before).sql) }
      _ = try connection.run(steps[index].statement, steps[index].shape)
    } catch let again as PostgresError {
      if again.sqlState == error.sqlState, again.message == error.message {
        found.position = again.position
      }
    } catch {}
    // As it was before: open, and to be rolled back.
    if connection.state.id == nil { connection.state.lose() }
    connection.state.hasFailed = true
    return found
  }

  // MARK: Programs

  /// The steps from here on that a program can hold: whole savepoints, and at most so many.
  private func programRange(from index: Int, before limit: Int) -> Range<Int> {
    var open: [String] = []
    var end = index
    var whole = index
    var characters = 0
    while end < limit {
      let (statement, shape) = steps[end]
      switch shape.control {
      case nil:
        guard shape.runsInFunction else { return index..<whole }
      case .savepoint(let name): open.append(name)
      case .release(let name), .rollbackTo(let name):
        guard let level = open.lastIndex(of: name) else { return index..<whole }
        open.removeLast(open.count - level)
        if case .rollbackTo = shape.control { open.append(name) }
      case .begin, .commit, .rollback: return index..<whole
      }
      characters += statement.sql.utf8.count
      for case .text(let text) in statement.parameters { characters += text.utf8.count }
      guard characters < Self.largestProgram else { return index..<whole }
      end += 1
      if open.isEmpty {
        guard end - index <= Self.longestProgram else { return index..<whole }
        whole = end
      }
    }
    return index..<whole
  }

  private func runProgram(_ range: Range<Int>) throws -> [PipelineOutcome] {
    try ProgramRun(connection: connection).run(Array(steps[range]))
  }
}
