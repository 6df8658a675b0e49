public import Postgres

/// Connections that the tasks of a server share, each for one tenant's transaction at a time.
///
/// A connection is used by one task at a time, on a thread of its own. What one tenant's work leaves
/// behind never reaches the next: the context ends with its transaction, and a connection in which
/// anything else was set is closed.
public final class ConnectionPool: Sendable {
  private let options: PoolOptions
  private let sink: any OperationSink
  private let queue: PoolQueue
  private let pruning: Task<Void, Never>

  /// A pool that opens connections when they are needed.
  ///
  /// - Parameters:
  ///   - options: How many connections there are, and how long is waited for one.
  ///   - sink: Takes note of each operation, and of how long was waited for connections.
  ///   - open: Opens a session whose statements the cancellation stops.
  public init(
    _ options: PoolOptions = PoolOptions(), sink: any OperationSink,
    open: @escaping @Sendable (Cancellation) throws -> any Connection
  ) {
    self.options = options
    self.sink = sink
    let queue = PoolQueue(options) {
      PoolSession { cancellation in
        InstrumentedClient(
          connection: try open(cancellation), settings: options.settings, role: options.role,
          mode: options.mode, sink: sink)
      }
    }
    self.queue = queue
    let pause = max(min(options.idleTimeout, options.lifetime) / 4, .milliseconds(50))
    pruning = Task { [weak queue] in
      while !Task.isCancelled {
        try? await Task.sleep(for: pause)
        guard let queue else { return }
        queue.prune()
      }
    }
  }

  deinit { shutDown() }

  /// What the pool did so far, and does now.
  public var statistics: PoolStatistics { queue.statistics }

  /// Refuses further work and closes connections, those in use once their work has ended.
  public func shutDown() {
    pruning.cancel()
    queue.close()
  }

  /// Runs `body` in one transaction in the tenant's context; committed when it returns, else rolled back.
  ///
  /// Called inside another `withRLS` of the same tenant and user it joins that transaction. A task that is
  /// cancelled is rolled back, unless its COMMIT is under way.
  ///
  /// - Parameters:
  ///   - tenant: The tenant whose rows the transaction sees.
  ///   - user: Who acts, where policies ask for it.
  ///   - isolation: The actor that `body` runs on.
  ///   - trace: What statements tell the server of the request they belong to.
  ///   - body: The work, over the connection that it is given.
  /// - Throws: `ContextError` for a missing tenant and inside another tenant's context; `PoolError`;
  ///   `PostgresError`; `CancellationError`; whatever `body` throws.
  public func withRLS<Result>(
    tenant: String, user: String? = nil, trace: StatementTrace? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PooledConnection) async throws -> Result
  ) async throws -> Result {
    try await withRLS(TenantContext(tenant: tenant, user: user), trace: trace, body)
  }

  /// Runs `body` in one transaction in `context`; committed when it returns, else rolled back.
  public func withRLS<Result>(
    _ context: TenantContext, trace: StatementTrace? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PooledConnection) async throws -> Result
  ) async throws -> Result {
    try context.check()
    if let lease = PoolLease.current(of: self) {
      guard lease.context == context else { throw ContextError.nestedContext }
      return try await body(PooledConnection(lease: lease))
    }
    let lease = try await begin(context, trace)
    let result: Result
    do {
      result = try await PoolLease.$current.withValue(lease) {
        try await body(PooledConnection(lease: lease))
      }
      try Task.checkCancellation()
    } catch {
      await end(lease) { $0.rollback() }
      throw Task.isCancelled && error is PostgresError ? CancellationError() : error
    }
    try await finish(lease) { try $0.commit() }
    return result
  }

  /// Runs statements in one transaction in the tenant's context with one network wait.
  ///
  /// - Returns: One result for each statement, in order.
  /// - Throws: `PostgresError` of the first statement that is refused; then none of them has had an
  ///   effect. Otherwise as `withRLS`.
  @discardableResult
  public func batchWithRLS(
    tenant: String, user: String? = nil, trace: StatementTrace? = nil,
    _ statements: [PipelineStatement]
  ) async throws -> [QueryResult] {
    let context = TenantContext(tenant: tenant, user: user)
    try context.check()
    if let lease = PoolLease.current(of: self) {
      guard lease.context == context else { throw ContextError.nestedContext }
      return try await PooledConnection(lease: lease).run { connection in
        try statements.map { try connection.execute($0.sql, $0.parameters) }
      }
    }
    let lease = PoolLease(try await take(), context: context, pool: self)
    do {
      let results = try await lease.session.runCancellably { slot in
        slot.client?.connection.trace = trace
        return try slot.client?.batchWithRLS(tenant: tenant, user: user, statements) ?? []
      }
      await end(lease) { _ in }
      return results
    } catch {
      await end(lease) { $0.rollback() }
      throw error
    }
  }

  /// Runs `body` outside tenant isolation, recorded as exempt.
  ///
  /// - Throws: `ContextError` inside a tenant's context; whatever `body` throws. A transaction that `body`
  ///   leaves open is rolled back.
  public func exempt<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PooledConnection) async throws -> Result
  ) async throws -> Result {
    if let lease = PoolLease.current(of: self) {
      guard lease.context == nil else { throw ContextError.exemptInsideTenant }
      return try await body(PooledConnection(lease: lease))
    }
    let lease = PoolLease(try await take(), context: nil, pool: self)
    do {
      _ = try await lease.session.run { $0.client?.connection.isExempt = true }
      let result = try await PoolLease.$current.withValue(lease) {
        try await body(PooledConnection(lease: lease))
      }
      await end(lease) { $0.rollback() }
      return result
    } catch {
      await end(lease) { $0.rollback() }
      throw error
    }
  }

  /// A connection that works.
  private func take() async throws -> PoolSession {
    let start = ContinuousClock.now
    while true {
      let session = try await queue.take()
      do {
        if try await session.prepare(checkAfter: options.healthCheckAfter) {
          sink.recordWait(ContinuousClock.now - start)
          return session
        }
      } catch {
        queue.discard(session)
        throw error
      }
      queue.discard(session)
    }
  }

  private func begin(_ context: TenantContext, _ trace: StatementTrace?) async throws -> PoolLease {
    while true {
      let session = try await take()
      do {
        try await session.runCancellably { slot in
          slot.client?.connection.trace = trace
          try slot.client?.begin(context)
        }
        return PoolLease(session, context: context, pool: self)
      } catch {
        queue.discard(session)
        // The server had ended the session while it rested, and nothing was done yet: another one may do.
        guard session.restedSince != nil, (error as? PostgresError)?.isLoss == true else {
          throw error
        }
      }
    }
  }

  /// Ends work whose end may fail, and gives the connection back.
  private func finish(
    _ lease: PoolLease, _ close: @escaping @Sendable (InstrumentedClient) throws -> Void
  ) async throws {
    lease.end()
    let session = lease.session
    let (isClean, error) = try await session.run { slot -> (Bool, (any Error)?) in
      guard let client = slot.client else { return (false, nil) }
      do {
        try close(client)
        return (client.isClean, nil)
      } catch {
        // A refused COMMIT leaves the session as good as a good one.
        return (client.isClean, error)
      }
    }
    if isClean, !session.isDoomed { queue.give(session) } else { queue.discard(session) }
    if let error { throw error }
  }

  private func end(
    _ lease: PoolLease, _ close: @escaping @Sendable (InstrumentedClient) -> Void
  ) async {
    try? await finish(lease) { client in
      close(client)
      client.connection.isExempt = false
    }
  }
}

extension PostgresError {
  /// True when the session is gone: lost, or ended by the server (SQLSTATE 57P01 to 57P05).
  fileprivate var isLoss: Bool {
    code == .connectionLost || sqlState?.rawValue.hasPrefix("57P0") == true
  }
}
