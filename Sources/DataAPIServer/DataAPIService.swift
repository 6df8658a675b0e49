internal import AWS
internal import NIOCore
internal import Postgres
internal import SQLSyntax

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The operations of the Data API, over sessions of one database.
final class DataAPIService: Sendable {
  let options: DataAPIServerOptions
  let faults: FaultPlan
  private let pool: BackendPool
  private let transactions = TransactionTable()

  init(_ options: DataAPIServerOptions) {
    self.options = options
    faults = FaultPlan(options.faults)
    pool = BackendPool(conninfo: options.conninfo, limit: options.sessionLimit)
  }

  /// Answers a request; the answer may come from another thread.
  func answer(_ request: SigningRequest, _ reply: Reply, on loop: any EventLoop) {
    do {
      guard let operation = Operation(rawValue: request.path) else {
        throw ServiceFailure(.unknownOperation, nil)
      }
      guard request.method == "POST" else {
        throw ServiceFailure(.unknownOperation, "The operation takes POST")
      }
      let region = try options.credentials.map {
        try SignatureCheck(credentials: $0).region(of: request, at: Int64(time(nil)))
      }
      guard let reply = try faults.apply(to: reply, on: loop) else { return }
      try perform(operation, request.body, region, reply, on: loop)
    } catch {
      reply.give(Answer(to: error))
    }
  }

  /// Rolls back what nobody has used for too long.
  func expireTransactions() {
    for backend in transactions.takeExpired(
      idle: options.idleTimeout, total: options.transactionLimit)
    { pool.give(backend) }
  }

  /// Rolls back everything and ends the sessions.
  func close() {
    for backend in transactions.takeAll() { pool.give(backend) }
    pool.close()
  }

  private enum Operation: String {
    case execute = "/Execute"
    case batch = "/BatchExecute"
    case begin = "/BeginTransaction"
    case commit = "/CommitTransaction"
    case rollback = "/RollbackTransaction"
    case executeSQL = "/ExecuteSql"
  }

  private func perform(
    _ operation: Operation, _ body: [UInt8], _ region: String?, _ reply: Reply,
    on loop: any EventLoop
  ) throws {
    switch operation {
    case .executeSQL:
      throw ServiceFailure(.badRequest, "ExecuteSql is not supported")
    case .execute:
      let request: ExecuteStatementRequest = try RequestBody.decoded(body)
      let caller = try Caller(
        request.resourceArn, request.secretArn, schema: request.schema, region: region,
        options: options)
      let statement = try BoundStatement(
        try Caller.required(request.sql, "sql"), request.parameters ?? [])
      try run(
        caller, request.transactionId, database: request.database, reply, on: loop,
        continuesAfterTimeout: request.continueAfterTimeout == true
      ) { session in
        try StatementRun(session: session, request: request, statement: statement).response()
      }
    case .batch:
      let request: BatchExecuteStatementRequest = try RequestBody.decoded(body)
      let caller = try Caller(
        request.resourceArn, request.secretArn, schema: request.schema, region: region,
        options: options)
      let sql = try Caller.required(request.sql, "sql")
      let sets = try (request.parameterSets ?? []).map { try BoundStatement(sql, $0) }
      if sets.isEmpty { _ = try BoundStatement(sql, []) }
      let isAlone = request.transactionId == nil
      try run(caller, request.transactionId, database: request.database, reply, on: loop) {
        session in
        try Self.batch(sets, session, isAlone: isAlone)
      }
    case .begin:
      let request: TransactionRequest = try RequestBody.decoded(body)
      let caller = try Caller(
        request.resourceArn, request.secretArn, schema: request.schema, region: region,
        options: options)
      begin(caller, request.database, reply, on: loop)
    case .commit, .rollback:
      let request: TransactionRequest = try RequestBody.decoded(body)
      let caller = try Caller(
        request.resourceArn, request.secretArn, region: region, options: options)
      try end(
        try Caller.required(request.transactionId, "transactionId"), caller, reply,
        commits: operation == .commit)
    }
  }

  /// Has `body` done in the transaction's session, or in any.
  private func run(
    _ caller: Caller, _ transaction: String?, database: String?, _ reply: Reply,
    on loop: any EventLoop, continuesAfterTimeout: Bool = false,
    _ body: @escaping @Sendable (BackendSession) throws -> any Encodable
  ) throws {
    let pinned = try transaction.map {
      try transactions.use($0, cluster: caller.cluster, secret: caller.secret)
    }
    let running = RunningStatement()
    let timer = loop.scheduleTask(in: callTimeout) {
      if continuesAfterTimeout || !running.stop() {
        reply.give(Answer(to: Self.timeUp(running)))
      }
    }
    if let transaction, let backend = pinned {
      backend.run { [transactions, pool] session in
        guard session.isOpen else {
          timer.cancel()
          // In another session the statement would run outside the transaction.
          transactions.remove(transaction)
          pool.give(backend)
          reply.give(Answer(to: Self.lost(transaction)))
          return
        }
        let answer = Self.answer(running, session, body)
        timer.cancel()
        // Before the answer: the caller's next call may be here at once.
        transactions.finish(transaction)
        reply.give(answer)
      }
    } else {
      pool.take(database) { [pool] backend in
        backend.run { session in
          let answer = Self.answer(running, session, body)
          timer.cancel()
          reply.give(answer)
        }
        pool.give(backend)
      }
    }
  }

  private static func answer(
    _ running: RunningStatement, _ session: BackendSession,
    _ body: (BackendSession) throws -> any Encodable
  ) -> Answer {
    do {
      let connection: LibPQConnection
      do {
        connection = try session.connection()
      } catch let error as PostgresError {
        throw ServiceFailure(error)
      }
      guard
        running.begin(
          processID: connection.announcedPID, cancel: connection.statementCanceller)
      else { throw timeUp(running) }
      defer { running.end() }
      let response = try body(session)
      return try Answer(with: response)
    } catch {
      if running.isTimeUp { return Answer(to: timeUp(running)) }
      return Answer(to: error)
    }
  }

  private static func lost(_ transaction: String) -> ServiceFailure {
    ServiceFailure(.transactionNotFound, "Transaction \(transaction) is not found")
  }

  private static func timeUp(_ running: RunningStatement) -> ServiceFailure {
    var failure = ServiceFailure(.statementTimeout, "Request timed out")
    failure.connectionID = running.processID
    return failure
  }

  /// All sets or none, when they share no transaction of the caller.
  private static func batch(
    _ sets: [BoundStatement], _ session: BackendSession, isAlone: Bool
  ) throws -> BatchExecuteStatementResponse {
    let connection = try session.connection()
    do {
      if isAlone { try connection.execute("BEGIN") }
      for set in sets {
        session.note(set)
        do {
          _ = try connection.execute(set.sql, set.values, types: set.types)
        } catch let error as PostgresError {
          throw ServiceFailure(error, position: set.placeholders.edited.originalPosition)
        }
      }
      if isAlone { try connection.execute("COMMIT") }
    } catch let error as PostgresError {
      throw ServiceFailure(error)
    }
    var response = BatchExecuteStatementResponse()
    response.updateResults = sets.map { _ in .init() }
    return response
  }

  private var callTimeout: TimeAmount {
    .nanoseconds(Int64(options.callTimeout / .nanoseconds(1)))
  }

  private func begin(
    _ caller: Caller, _ database: String?, _ reply: Reply, on loop: any EventLoop
  ) {
    let running = RunningStatement()
    let timer = loop.scheduleTask(in: callTimeout) {
      if !running.stop() { reply.give(Answer(to: Self.timeUp(running))) }
    }
    pool.take(database) { [pool, transactions] backend in
      backend.run { session in
        timer.cancel()
        do {
          // Nobody would know of the transaction.
          guard running.begin(processID: nil, cancel: nil) else { throw Self.timeUp(running) }
          try session.connection().execute("BEGIN")
          var response = TransactionResponse()
          response.transactionId = transactions.add(
            backend, cluster: caller.cluster, secret: caller.secret)
          reply.give(try Answer(with: response))
        } catch {
          reply.give(
            Answer(to: (error as? PostgresError).map { ServiceFailure($0) } ?? error))
          pool.give(backend)
        }
      }
    }
  }

  private func end(
    _ id: String, _ caller: Caller, _ reply: Reply, commits: Bool
  ) throws {
    let backend = try transactions.use(id, cluster: caller.cluster, secret: caller.secret)
    backend.run { [pool, transactions] session in
      let answer: Answer
      do {
        guard session.isOpen else { throw Self.lost(id) }
        let result = try session.connection().execute(commits ? "COMMIT" : "ROLLBACK")
        var response = TransactionResponse()
        response.transactionStatus =
          result.commandTag == "COMMIT" ? "Transaction Committed" : "Rollback Complete"
        answer = try Answer(with: response)
      } catch {
        answer = Answer(to: (error as? PostgresError).map { ServiceFailure($0) } ?? error)
      }
      transactions.remove(id)
      reply.give(answer)
      pool.give(backend)
    }
  }
}
