public import Postgres
internal import SQLSyntax

/// A connection whose every operation yields a record.
public final class InstrumentedConnection: Connection {
  private let base: any Connection
  private let sink: any OperationSink
  private let clock = ContinuousClock()
  private var kinds: [String: StatementKind] = [:]

  /// The tenant that operations are counted for.
  var tenant: String?
  /// True while work is deliberately done outside tenant isolation.
  var isExempt = false

  /// Operations of `base`, each noted by `sink`.
  public init(_ base: any Connection, sink: any OperationSink) {
    self.base = base
    self.sink = sink
  }

  /// The server's version as one number.
  public var serverVersion: Int { base.serverVersion }
  /// Where the session stands relative to a transaction.
  public var transactionStatus: TransactionStatus { base.transactionStatus }
  /// Ends the session.
  public func close() { base.close() }

  /// Runs one statement and notes it.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    let statement = PipelineStatement(sql, parameters)
    let start = clock.now
    do {
      let result = try base.execute(sql, parameters)
      note(statement, .result(result), since: start, tenant: tenant)
      return result
    } catch let error as PostgresError {
      note(statement, .failure(error), since: start, tenant: tenant)
      throw error
    }
  }

  /// Runs statements without waiting between them and notes each.
  @discardableResult
  public func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    try pipeline(statements, tenantOf: { _ in tenant }, onOutcome: onOutcome)
  }

  /// Runs statements that belong to different tenants without waiting between them.
  func pipeline(
    _ statements: [PipelineStatement], tenantOf: (Int) -> String?,
    onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    var last = clock.now
    return try base.pipeline(statements) { index, outcome in
      note(statements[index], outcome, since: last, tenant: tenantOf(index))
      last = clock.now
      onOutcome(index, outcome)
    }
  }

  /// Sends data to a `COPY … FROM STDIN` and notes it.
  public func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    let start = clock.now
    var bytes = 0
    func note(status: String, rows: Int) {
      sink.record(
        OperationRecord(
          tenant: tenant, kind: .copy, status: status, duration: start.duration(to: clock.now),
          rows: rows, bytesSent: sql.utf8.count + bytes, bytesReceived: 0, isExempt: isExempt))
    }
    do {
      let rows = try base.copyIn(sql) {
        let chunk = try nextChunk()
        bytes += chunk?.count ?? 0
        return chunk
      }
      note(status: "OK", rows: rows)
      return rows
    } catch {
      note(status: (error as? PostgresError)?.sqlState?.rawValue ?? "ERROR", rows: 0)
      throw error
    }
  }

  private func note(
    _ statement: PipelineStatement, _ outcome: PipelineOutcome,
    since start: ContinuousClock.Instant,
    tenant: String?
  ) {
    let result = outcome.result
    let status: String
    switch outcome {
    case .result: status = "OK"
    case .failure(let error): status = error.sqlState?.rawValue ?? "ERROR"
    case .skipped: status = "skipped"
    }
    sink.record(
      OperationRecord(
        tenant: tenant, kind: kind(of: statement.sql), status: status,
        duration: start.duration(to: clock.now), rows: result?.rowCount ?? 0,
        bytesSent: statement.byteCount, bytesReceived: result?.byteCount ?? 0, isExempt: isExempt))
  }

  /// The same few texts come again and again, so each is parsed once.
  private func kind(of sql: String) -> StatementKind {
    if let known = kinds[sql] { return known }
    let kind = StatementKind(parsing: sql)
    if kinds.count >= 1_000 { kinds.removeAll(keepingCapacity: true) }
    kinds[sql] = kind
    return kind
  }
}

extension PipelineStatement {
  /// Bytes of the SQL text and of the parameters.
  var byteCount: Int {
    parameters.reduce(sql.utf8.count) { sum, parameter in
      guard case .text(let value) = parameter else { return sum }
      return sum + value.utf8.count
    }
  }
}
