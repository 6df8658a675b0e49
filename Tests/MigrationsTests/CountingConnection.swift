import Postgres

/// Counts what goes through a connection, and can do something before a pipeline is sent.
final class CountingConnection: Connection {
  private let base: any Connection
  /// The statements that were executed one by one.
  private(set) var executed: [String] = []
  /// The number of pipelines, which is the number of network waits.
  private(set) var pipelines = 0
  /// Called before each pipeline.
  var beforePipeline: ([PipelineStatement]) throws -> Void = { _ in }

  /// Called after each pipeline, once all its outcomes were told of.
  var afterPipeline: ([PipelineStatement]) throws -> Void = { _ in }

  init(_ base: any Connection) { self.base = base }

  var transport: Transport { base.transport }
  var serverVersion: Int { base.serverVersion }
  var transactionStatus: TransactionStatus { base.transactionStatus }
  var announcedPID: Int? { base.announcedPID }

  func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    executed.append(sql)
    return try base.execute(sql, parameters)
  }

  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    pipelines += 1
    try beforePipeline(statements)
    let outcomes = try base.pipeline(statements, onOutcome: onOutcome)
    try afterPipeline(statements)
    return outcomes
  }

  func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    try base.copyIn(sql, nextChunk: nextChunk)
  }

  func close() { base.close() }
}
