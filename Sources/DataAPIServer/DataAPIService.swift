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
      guard let reply = try afterFault(reply, on: loop) else { return }
      try perform(operation, request.body, region, reply, on: loop)
    } catch {
      reply.give(Self.answer(to: error))
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

  /// The place for the call's answer, which may go wrong on its way; nil when the call is not to be
  /// carried out.
  private func afterFault(_ reply: Reply, on loop: any EventLoop) throws -> Reply? {
    let fault = faults.next()
    let failure: ServiceFailure
    switch fault {
    case nil: return reply
    case .resuming:
      throw ServiceFailure(
        .databaseResuming,
        "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and "
          + "try again.")
    case .throttling: throw ServiceFailure(.throttling, "Rate exceeded")
    case .internalError: throw ServiceFailure(.internalServerError, nil)
    case .unavailable: throw ServiceFailure(.serviceUnavailable, nil)
    case .dropBefore:
      reply.give(Answer(status: 500, body: [], isDropped: true))
      return nil
    case .slow:
      let promise = loop.makePromise(of: Answer.self)
      promise.futureResult.whenSuccess { answer in
        loop.scheduleTask(in: .milliseconds(500)) { reply.give(answer) }
      }
      return Reply(promise)
    case .internalErrorAfter: failure = ServiceFailure(.internalServerError, nil)
    case .gatewayTimeout: failure = ServiceFailure(.databaseUnavailable, nil)
    case .dropAfter:
      let promise = loop.makePromise(of: Answer.self)
      promise.futureResult.whenSuccess { _ in
        reply.give(Answer(status: 500, body: [], isDropped: true))
      }
      return Reply(promise)
    }
    let answer = Self.answer(to: failure)
    let promise = loop.makePromise(of: Answer.self)
    promise.futureResult.whenSuccess { _ in reply.give(answer) }
    return Reply(promise)
  }

  private func perform(
    _ operation: Operation, _ body: [UInt8], _ region: String?, _ reply: Reply,
    on loop: any EventLoop
  ) throws {
    switch operation {
    case .executeSQL:
      throw ServiceFailure(.badRequest, "ExecuteSql is not supported")
    case .execute:
      let request: ExecuteStatementRequest = try Self.decode(body)
      let caller = try caller(request.resourceArn, request.secretArn, request.schema, region)
      let statement = try BoundStatement(try required(request.sql, "sql"), request.parameters ?? [])
      try run(
        caller, request.transactionId, database: request.database, reply, on: loop,
        continuesAfterTimeout: request.continueAfterTimeout == true
      ) { session in
        try StatementRun(session: session, request: request, statement: statement).response()
      }
    case .batch:
      let request: BatchExecuteStatementRequest = try Self.decode(body)
      let caller = try caller(request.resourceArn, request.secretArn, request.schema, region)
      let sql = try required(request.sql, "sql")
      let sets = try (request.parameterSets ?? []).map { try BoundStatement(sql, $0) }
      if sets.isEmpty { _ = try BoundStatement(sql, []) }
      let isAlone = request.transactionId == nil
      try run(caller, request.transactionId, database: request.database, reply, on: loop) {
        session in
        try Self.batch(sets, session, isAlone: isAlone)
      }
    case .begin:
      let request: TransactionRequest = try Self.decode(body)
      let caller = try caller(request.resourceArn, request.secretArn, request.schema, region)
      begin(caller, request.database, reply)
    case .commit, .rollback:
      let request: TransactionRequest = try Self.decode(body)
      let caller = try caller(request.resourceArn, request.secretArn, nil, region)
      try end(
        try required(request.transactionId, "transactionId"), caller, reply,
        commits: operation == .commit)
    }
  }

  private struct Caller: Sendable {
    var cluster: String
    var secret: String
  }

  private func caller(
    _ cluster: String?, _ secret: String?, _ schema: String?, _ region: String?
  ) throws(ServiceFailure) -> Caller {
    let cluster = try required(cluster, "resourceArn")
    let secret = try required(secret, "secretArn")
    guard schema == nil else {
      throw ServiceFailure(.validation, "The schema parameter isn't supported.")
    }
    let parts = cluster.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 7, parts[0] == "arn", parts[2] == "rds", parts[5] == "cluster",
      !parts[6].isEmpty
    else { throw ServiceFailure(.badRequest, "Invalid cluster ARN: \(cluster.prefix(200))") }
    if let region, region != parts[3] {
      throw ServiceFailure(
        .invalidSignature, "Credential should be scoped to a valid region.")
    }
    if let known = options.cluster, known != cluster {
      throw ServiceFailure(
        .badRequest,
        "HttpEndpoint is not enabled for cluster \(parts[6].prefix(63)), or it does "
          + "not exist. Please refer to https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
          + "/data-api.troubleshooting.html")
    }
    let secretParts = secret.split(separator: ":", omittingEmptySubsequences: false)
    guard secretParts.count >= 7, secretParts[2] == "secretsmanager", secretParts[5] == "secret",
      options.secrets.isEmpty || options.secrets.contains(secret)
    else {
      throw ServiceFailure(
        .badRequest,
        "Error fetching secret \(secret.prefix(200)) : Secrets Manager can't find the "
          + "specified secret.")
    }
    return Caller(cluster: cluster, secret: secret)
  }

  private func required(_ text: String?, _ name: String) throws(ServiceFailure) -> String {
    guard let text else {
      throw ServiceFailure(
        .validation,
        "1 validation error detected: Value null at '\(name)' failed to satisfy "
          + "constraint: Member must not be null")
    }
    return text
  }

  /// Has `body` done in the transaction's session, or in any.
  private func run(
    _ caller: Caller, _ transaction: String?, database: String?, _ reply: Reply,
    on loop: any EventLoop, continuesAfterTimeout: Bool = false,
    _ body: @escaping @Sendable (BackendSession) throws -> any Encodable
  ) throws {
    let running = RunningStatement()
    let limit = TimeAmount.nanoseconds(Int64(options.callTimeout / .nanoseconds(1)))
    let timer = loop.scheduleTask(in: limit) {
      if continuesAfterTimeout {
        reply.give(Self.answer(to: Self.timeUp(running)))
      } else {
        running.stop()
      }
    }
    let job: @Sendable (BackendSession) -> Void = { session in
      let answer = Self.answer(running, session, body)
      timer.cancel()
      reply.give(answer)
    }
    if let transaction {
      let backend = try transactions.use(
        transaction, cluster: caller.cluster, secret: caller.secret)
      backend.run { [transactions] session in
        let answer = Self.answer(running, session, body)
        timer.cancel()
        // Before the answer: the caller's next call may be here at once.
        transactions.finish(transaction)
        reply.give(answer)
      }
    } else {
      pool.take(database) { [pool] backend in
        backend.run(job)
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
      return try answer(with: response)
    } catch {
      if running.isTimeUp { return answer(to: timeUp(running)) }
      return answer(to: error)
    }
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

  private func begin(_ caller: Caller, _ database: String?, _ reply: Reply) {
    pool.take(database) { [pool, transactions] backend in
      backend.run { session in
        do {
          try session.connection().execute("BEGIN")
          var response = TransactionResponse()
          response.transactionId = transactions.add(
            backend, cluster: caller.cluster, secret: caller.secret)
          reply.give(try Self.answer(with: response))
        } catch {
          reply.give(
            Self.answer(to: (error as? PostgresError).map { ServiceFailure($0) } ?? error))
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
        let result = try session.connection().execute(commits ? "COMMIT" : "ROLLBACK")
        var response = TransactionResponse()
        response.transactionStatus =
          result.commandTag == "COMMIT" ? "Transaction Committed" : "Rollback Complete"
        answer = try Self.answer(with: response)
      } catch {
        answer = Self.answer(to: (error as? PostgresError).map { ServiceFailure($0) } ?? error)
      }
      transactions.remove(id)
      reply.give(answer)
      pool.give(backend)
    }
  }

  private static func decode<Request: Decodable>(_ body: [UInt8]) throws(ServiceFailure) -> Request
  {
    do {
      return try JSONDecoder().decode(Request.self, from: Data(body.isEmpty ? [123, 125] : body))
    } catch let error as DecodingError {
      throw ServiceFailure(.serialization, reason(error))
    } catch {
      throw ServiceFailure(.serialization, "The request body is no JSON")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context) where !context.codingPath.isEmpty,
      .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return "\(path.joined(separator: ".")): \(context.debugDescription)"
    default: return "The request body is no JSON"
    }
  }

  private static func answer(with response: any Encodable) throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return Answer(status: 200, body: Array(try encoder.encode(response)))
  }

  static func answer(to error: any Error) -> Answer {
    let failure = error as? ServiceFailure ?? ServiceFailure(.internalServerError, nil)
    struct Body: Encodable {
      var message: String?
      var dbConnectionId: Int?
    }
    let body = Body(message: failure.message, dbConnectionId: failure.connectionID)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return Answer(
      status: failure.type.status, type: failure.type.rawValue,
      body: (try? encoder.encode(body)).map { Array($0) } ?? [])
  }
}
