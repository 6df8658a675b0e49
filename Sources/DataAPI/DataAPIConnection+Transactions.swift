internal import AWS
internal import Postgres

extension DataAPIConnection {
  func begin(_ modes: String) throws -> QueryResult {
    guard state.id == nil, !state.isLost else {
      throw PostgresError(
        .server, "there is already a transaction in progress", sqlState: "25001")
    }
    do {
      state.begin(
        try client.beginTransaction(),
        isReadOnly: modes.lowercased().contains("read only"))
    } catch {
      throw PostgresError(error)
    }
    if !modes.isEmpty {
      do {
        _ = try call("SET TRANSACTION \(modes)")
      } catch {
        _ = try? rollback()
        throw error
      }
    }
    return QueryResult(command: "BEGIN")
  }

  func commit() throws -> QueryResult {
    guard !state.hasFailed, !state.isLost else {
      // As the server answers COMMIT of a failed transaction.
      return try rollback()
    }
    guard let id = state.id else { return QueryResult(command: "COMMIT") }
    if state.hasFunctions {
      do {
        _ = try call(ProgramFunction.removal)
      } catch {
        // A deferred constraint was refused: a COMMIT that fails ends the transaction.
        _ = try? rollback()
        throw error
      }
    }
    // Whatever the answer, the transaction has ended, or its end is not known.
    state.end()
    do {
      try client.commit(id)
    } catch {
      switch error.code {
      case .unreachable, .cancelled, .configuration, .noCredentials:
        // It was never sent: nothing is kept.
        try? client.rollback(id)
      case .noAnswer:
        if commitsAgain(id) { return QueryResult(command: "COMMIT") }
      default: break
      }
      throw PostgresError(error)
    }
    return QueryResult(command: "COMMIT")
  }

  /// Asks once more for a COMMIT whose answer was lost; false when only the tables can tell its end.
  ///
  /// A transaction that is still open is committed by it. Of one that has ended, whichever way, the
  /// service knows nothing; but then it has ended.
  private func commitsAgain(_ id: String) -> Bool {
    for _ in 0..<3 {
      do {
        try client.commit(id)
        return true
      } catch {
        if error.code != .noAnswer { return false }
      }
    }
    return false
  }

  func rollback() throws -> QueryResult {
    guard let id = state.id else {
      state.end()
      return QueryResult(command: "ROLLBACK")
    }
    state.end()
    let start = ContinuousClock.now
    var losses = 0
    while true {
      do {
        try client.rollback(id)
        break
      } catch {
        // It has rolled back by itself.
        if error.rdsDataType == .transactionNotFound { break }
        // Until it is rolled back its locks stand in everybody's way.
        if error.code == .noAnswer, losses < 2 {
          losses += 1
          continue
        }
        // A call whose answer was lost is still at work.
        guard error.isStillRunning, ContinuousClock.now - start < .seconds(60) else {
          throw PostgresError(error)
        }
        client.pause(.milliseconds(100))
      }
    }
    return QueryResult(command: "ROLLBACK")
  }
}
