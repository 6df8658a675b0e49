import Postgres

/// A connection that is cut at one of its network waits, as when the process is killed there.
final class StoppingConnection: Connection {
  /// Where in the wait it is cut.
  enum Moment: CaseIterable {
    /// Before anything reached the server.
    case before
    /// After the server did it all, and before anybody heard of it.
    case after
  }

  private let base: any Connection
  private let moment: Moment
  private var left: Int

  /// - Parameter waits: The waits that come to their end.
  init(_ base: any Connection, after waits: Int, _ moment: Moment) {
    self.base = base
    self.moment = moment
    left = waits
  }

  /// False when there were fewer waits.
  var wasStopped: Bool { left < 0 }

  var transport: Transport { base.transport }
  var serverVersion: Int { base.serverVersion }
  var transactionStatus: TransactionStatus { base.transactionStatus }

  func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    try cut { try base.execute(sql, parameters) }
  }

  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    let outcomes = try cut { try base.pipeline(statements) }
    for (index, outcome) in outcomes.enumerated() { onOutcome(index, outcome) }
    return outcomes
  }

  func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    try cut { try base.copyIn(sql, nextChunk: nextChunk) }
  }

  func close() { base.close() }

  private func cut<Result>(_ body: () throws -> Result) throws -> Result {
    left -= 1
    if left < 0, moment == .before { throw lost() }
    let result = try body()
    if left < 0 { throw lost() }
    return result
  }

  private func lost() -> PostgresError {
    base.close()
    return PostgresError(.connectionLost, "cut")
  }
}
