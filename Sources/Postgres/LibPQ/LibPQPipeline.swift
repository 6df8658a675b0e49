internal import CLibPQ

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One run of libpq's pipeline mode.
///
/// PostgreSQL manual, section 34.5 "Pipeline Mode". Results are counted, not guessed: each
/// statement ends with a null result and each synchronization point with `PGRES_PIPELINE_SYNC`, so
/// the end is known exactly. Sending and receiving are interleaved, because a server that cannot
/// send its answers stops reading.
struct LibPQPipeline {
  let handle: OpaquePointer
  /// Stands in the names of prepared statements; another one for each run of a session.
  let serial: Int

  /// The silence of the server after which a caller may look for the reason.
  private static let quietMilliseconds: Int32 = 500

  private enum Expected {
    case statement(Int)
    case preparation
    case synchronization
  }

  func run(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void,
    onWait: () -> Void
  ) throws -> [PipelineOutcome] {
    guard PQenterPipelineMode(handle) == 1, PQsetnonblocking(handle, 1) == 0 else {
      throw connectionError()
    }
    var expected: [Expected] = []
    expected.reserveCapacity(statements.count + 1)
    let prepared = try prepare(statements, &expected)
    for (index, statement) in statements.enumerated() {
      let name = statement.isRecurring ? prepared[statement.sql] : nil
      let sent = statement.parameters.withCStrings { values in
        if let name {
          PQsendQueryPrepared(handle, name, Int32(values.count), values, nil, nil, 0)
        } else {
          PQsendQueryParams(
            handle, statement.sql, Int32(values.count), nil, values, nil, nil, 0)
        }
      }
      guard sent == 1 else { throw connectionError() }
      expected.append(.statement(index))
      if statement.flushes, PQsendFlushRequest(handle) != 1 { throw connectionError() }
      if statement.synchronizes || index == statements.count - 1 {
        guard PQpipelineSync(handle) == 1 else { throw connectionError() }
        expected.append(.synchronization)
      }
    }
    for name in prepared.values.sorted() { try release(name, &expected) }
    var outcomes: [PipelineOutcome] = []
    outcomes.reserveCapacity(statements.count)
    for item in expected {
      switch item {
      case .synchronization:
        let result = try nextResult(onWait)
        let status = PQresultStatus(result)
        PQclear(result)
        guard status == PGRES_PIPELINE_SYNC else { throw connectionError() }
      case .preparation:
        // Should it have failed, what needs it fails as well and says so.
        _ = try outcomeOfStatement(onWait)
      case .statement(let index):
        let outcome = try outcomeOfStatement(onWait)
        outcomes.append(outcome)
        onOutcome(index, outcome)
      }
    }
    guard PQexitPipelineMode(handle) == 1, PQsetnonblocking(handle, 0) == 0 else {
      throw connectionError()
    }
    return outcomes
  }

  /// Prepares the recurring statements; their names by their texts.
  ///
  /// Only inside a transaction: outside one, a pooler may hand each statement to another session.
  private func prepare(
    _ statements: [PipelineStatement], _ expected: inout [Expected]
  ) throws -> [String: String] {
    guard PQtransactionStatus(handle) == PQTRANS_INTRANS else { return [:] }
    var names: [String: String] = [:]
    for statement in statements where statement.isRecurring && names[statement.sql] == nil {
      let name = "dbtool_\(serial)_\(names.count)"
      guard PQsendPrepare(handle, name, statement.sql, 0, nil) == 1 else {
        throw connectionError()
      }
      names[statement.sql] = name
      expected.append(.preparation)
    }
    guard !names.isEmpty else { return [:] }
    guard PQpipelineSync(handle) == 1 else { throw connectionError() }
    expected.append(.synchronization)
    return names
  }

  /// Closes a prepared statement; one that an aborted transaction keeps does no harm.
  private func release(_ name: String, _ expected: inout [Expected]) throws {
    guard PQsendQueryParams(handle, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0) == 1,
      PQpipelineSync(handle) == 1
    else { throw connectionError() }
    expected.append(.preparation)
    expected.append(.synchronization)
  }

  private func outcomeOfStatement(_ onWait: () -> Void) throws -> PipelineOutcome {
    var outcome: PipelineOutcome?
    while let result = try nextResult(onWait) {
      if [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(PQresultStatus(result)) {
        PQclear(result)
        throw PostgresError(
          .invalidRequest, "COPY to or from the client cannot run in a pipeline")
      }
      if PQresultStatus(result) == PGRES_PIPELINE_ABORTED {
        PQclear(result)
        outcome = outcome ?? .skipped
        continue
      }
      do {
        outcome = .result(try QueryResult(take: result, connection: handle))
      } catch let error as PostgresError {
        if error.code == .connectionLost { throw error }
        outcome = .failure(error)
      }
    }
    guard let outcome else { throw connectionError() }
    return outcome
  }

  /// The next result, waiting for it and sending what is still to be sent meanwhile.
  private func nextResult(_ onWait: () -> Void) throws -> OpaquePointer? {
    while true {
      let unsent = PQflush(handle)
      guard unsent >= 0 else { throw connectionError() }
      if PQisBusy(handle) == 0 { return PQgetResult(handle) }
      let events = unsent == 1 ? POLLIN | POLLOUT : POLLIN
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      let ready = poll(&descriptor, 1, Self.quietMilliseconds)
      if ready < 0, errno != EINTR { throw connectionError() }
      if ready == 0 {
        onWait()
        continue
      }
      guard PQconsumeInput(handle) == 1 else { throw connectionError() }
    }
  }

  private func connectionError() -> PostgresError {
    let message = String(cString: PQerrorMessage(handle)).trimmedLines
    return PostgresError(
      .connectionLost, message.isEmpty ? "the connection ended unexpectedly" : message,
      sqlState: .connectionFailure)
  }
}
