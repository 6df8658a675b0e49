extension Connection {
  /// What `body` gives; what it did in the open transaction is undone, settings and role too.
  ///
  /// - Throws: What `body` throws, and `PostgresError` when the connection is lost.
  package func undoing<Result>(_ body: () throws -> Result) throws -> Result {
    // One inside another hides the outer one until it is released, so one name will do.
    try execute("SAVEPOINT dbtool_undone", [])
    let outcome = Swift.Result { try body() }
    let undone = try pipeline(
      [
        PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_undone"),
        PipelineStatement("RELEASE SAVEPOINT dbtool_undone"),
      ], onOutcome: { _, _ in })
    let result = try outcome.get()
    if let error = undone.lazy.compactMap(\.error).first { throw error }
    return result
  }

  /// The outcome of each of `statements` by itself: none finds what another one did, an error
  /// stops only its own, and inside a transaction all are undone.
  ///
  /// - Parameter prelude: What the session has to do before, a change of its context for example;
  ///   it ends with the questions.
  /// - Throws: `PostgresError` when the connection is lost.
  package func ask(
    _ statements: [PipelineStatement], after prelude: [PipelineStatement] = []
  ) throws -> [PipelineOutcome] {
    // Each group has its savepoints and its prelude: a transport that sends a pipeline as one call has a
    // limit for such calls.
    let limit = 400
    guard statements.count <= limit else {
      return try stride(from: 0, to: statements.count, by: limit).flatMap { start in
        try ask(
          Array(statements[start..<min(start + limit, statements.count)]), after: prelude)
      }
    }
    guard transactionStatus == .inTransaction else {
      return try pipeline(
        statements.map { PipelineStatement($0.sql, $0.parameters, synchronizes: true) },
        onOutcome: { _, _ in })
    }
    // The savepoint of the questions lies inside that of the prelude. Thousands inside each other
    // would make each statement slower than the last, so they share one.
    var guarded = [PipelineStatement("SAVEPOINT dbtool_context")] + prelude
    // After a refused prelude the server would skip the way back as well, here and at the end.
    guarded[guarded.count - 1].synchronizes = true
    guarded.append(PipelineStatement("SAVEPOINT dbtool_question"))
    let first = guarded.count
    for statement in statements {
      guarded.append(PipelineStatement(statement.sql, statement.parameters, synchronizes: true))
      guarded.append(PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_question"))
    }
    guarded[guarded.count - 1].synchronizes = true
    guarded.append(PipelineStatement("ROLLBACK TO SAVEPOINT dbtool_context"))
    guarded.append(PipelineStatement("RELEASE SAVEPOINT dbtool_context"))
    let outcomes = try pipeline(guarded, onOutcome: { _, _ in })
    return statements.indices.map { outcomes[first + 2 * $0] }
  }
}
