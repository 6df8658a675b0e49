public import Postgres

/// A connection of a pool, for the time that the closure runs which it is given to.
///
/// Each call waits on the connection's own thread, not on one of Swift's. When the task is cancelled,
/// the server is asked to stop, the transaction is rolled back, and the connection is replaced.
public struct PooledConnection: Sendable {
  let lease: PoolLease

  /// Runs one statement.
  ///
  /// - Throws: `PostgresError`; `ContextError`; `PoolError.workIsOver` after the closure has ended;
  ///   `CancellationError`.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [Parameter] = []) async throws -> QueryResult {
    try await run { try $0.execute(sql, parameters) }
  }

  /// Runs statements without waiting between them, and gives back one outcome for each, in order.
  @discardableResult
  public func pipeline(_ statements: [PipelineStatement]) async throws -> [PipelineOutcome] {
    try await run { try $0.pipeline(statements) }
  }

  /// Sends data to a `COPY … FROM STDIN`.
  ///
  /// - Returns: The number of rows copied.
  public func copyIn(_ sql: String, _ data: [UInt8]) async throws -> Int {
    try await run { connection in
      var chunks = [data].makeIterator()
      return try connection.copyIn(sql) { chunks.next() }
    }
  }

  /// Does several things on the connection's thread, where each call waits for the server by itself.
  ///
  /// One change of threads for all of them instead of one a statement.
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> Result
  ) async throws -> Result {
    try await lease.session.runCancellably { [lease] slot in
      guard lease.isOpen, let client = slot.client else { throw PoolError.workIsOver }
      return try body(client.connection)
    }
  }
}
