#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The five operations of the RDS Data API on one cluster.
///
/// RDS Data Service API Reference.
package struct RDSDataClient {
  /// Which cluster, who signs in to it, and which database.
  package struct Target: Sendable, Equatable {
    /// The cluster's ARN.
    package var cluster: String
    /// The ARN of the secret with the database user's name and password.
    package var secret: String
    /// The database; nil for the cluster's own.
    package var database: String?

    /// A target from its parts.
    package init(cluster: String, secret: String, database: String? = nil) {
      self.cluster = cluster
      self.secret = secret
      self.database = database
    }
  }

  /// The longest text of a statement, in characters (the service model's limit).
  package static let longestSQL = 65_536

  private let service: ServiceClient
  private let endpoint: ServiceEndpoint
  private let target: Target
  private let onResuming: (Duration) -> Void
  /// How long a paused cluster may take to resume.
  package var resumeLimit: Duration = .seconds(120)

  /// A client for a cluster.
  ///
  /// - Parameter onResuming: Hears, each time, for how long a paused cluster has been waited for.
  package init(
    service: ServiceClient, endpoint: ServiceEndpoint, target: Target,
    onResuming: @escaping (Duration) -> Void = { _ in }
  ) {
    self.service = service
    self.endpoint = endpoint
    self.target = target
    self.onResuming = onResuming
  }

  /// Runs a statement.
  ///
  /// - Parameters:
  ///   - isIdempotent: True when it does no harm to run it twice.
  ///   - continuesAfterTimeout: The statement goes on when the 45 seconds of a call are over.
  ///   - isCancellable: False for what puts things right after the caller asked to stop.
  package func execute(
    _ sql: String, _ parameters: [SQLParameter] = [], transaction: String? = nil,
    isIdempotent: Bool, continuesAfterTimeout: Bool = false, isCancellable: Bool = true
  ) throws(AWSError) -> ExecuteStatementResponse {
    var request = ExecuteStatementRequest()
    request.resourceArn = target.cluster
    request.secretArn = target.secret
    request.database = target.database
    request.sql = sql
    request.parameters = parameters.isEmpty ? nil : parameters
    request.transactionId = transaction
    request.includeResultMetadata = true
    request.continueAfterTimeout = continuesAfterTimeout ? true : nil
    return try send(
      request, "/Execute", isIdempotent: isIdempotent, isCancellable: isCancellable)
  }

  /// Runs a statement once for each set of parameters.
  package func batchExecute(
    _ sql: String, _ parameterSets: [[SQLParameter]], transaction: String?
  ) throws(AWSError) -> BatchExecuteStatementResponse {
    var request = BatchExecuteStatementRequest()
    request.resourceArn = target.cluster
    request.secretArn = target.secret
    request.database = target.database
    request.sql = sql
    request.parameterSets = parameterSets
    request.transactionId = transaction
    return try send(request, "/BatchExecute", isIdempotent: false)
  }

  /// Begins a transaction; one that nobody uses ends by itself, so it may be done twice.
  ///
  /// - Returns: The transaction's id.
  package func beginTransaction() throws(AWSError) -> String {
    var request = TransactionRequest()
    request.resourceArn = target.cluster
    request.secretArn = target.secret
    request.database = target.database
    let response: TransactionResponse = try send(
      request, "/BeginTransaction", isIdempotent: true)
    guard let id = response.transactionId, !id.isEmpty else {
      throw AWSError(.badAnswer, "BeginTransaction gave no transaction id")
    }
    return id
  }

  /// Commits a transaction; when the answer is lost, only the database can tell what became of it.
  ///
  /// - Throws: `AWSError`; of code `cancelled` only when nothing was sent, since who stops waiting for
  ///   the answer would not know what is kept.
  package func commit(_ transaction: String) throws(AWSError) {
    try service.checkCancelled()
    let _: TransactionResponse = try send(
      ending(transaction), "/CommitTransaction", isIdempotent: false, isCancellable: false)
  }

  /// Rolls a transaction back; the second time nothing is left of it.
  package func rollback(_ transaction: String) throws(AWSError) {
    let _: TransactionResponse = try send(
      ending(transaction), "/RollbackTransaction", isIdempotent: true, isCancellable: false)
  }

  /// Waits, and ends early when the caller asks to stop.
  package func pause(_ duration: Duration) { try? service.sleep(duration) }

  private func ending(_ transaction: String) -> TransactionRequest {
    var request = TransactionRequest()
    request.resourceArn = target.cluster
    request.secretArn = target.secret
    request.transactionId = transaction
    return request
  }

  private func send<Request: Encodable, Response: Decodable>(
    _ request: Request, _ path: String, isIdempotent: Bool, isCancellable: Bool = true
  ) throws(AWSError) -> Response {
    let start = ContinuousClock.now
    var pause = Duration.milliseconds(500)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let body = try? encoder.encode(request) else {
      throw AWSError(.configuration, "the request cannot be written as JSON")
    }
    var call = ServiceClient.Call(
      path: path, headers: [.init("Content-Type", "application/json")], body: Array(body),
      isIdempotent: isIdempotent)
    call.isCancellable = isCancellable
    while true {
      do throws(AWSError) {
        return try Self.decoded(try service.send(call, to: endpoint))
      } catch {
        // Nothing was done: the cluster was asleep. No SDK waits for it.
        guard error.rdsDataType == .databaseResuming,
          ContinuousClock.now - start + pause < resumeLimit
        else { throw error }
        onResuming(ContinuousClock.now - start)
        try service.sleep(pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  private static func decoded<Response: Decodable>(
    _ body: [UInt8]
  ) throws(AWSError) -> Response {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let response = try? decoder.decode(Response.self, from: Data(body)) else {
      throw AWSError(.badAnswer, "the Data API's answer is no JSON of the expected form")
    }
    return response
  }
}
