package import AWS
package import Postgres
internal import SQLSyntax

/// A connection over the RDS Data API.
///
/// Each call may reach another session of the server unless a transaction is open, so nothing of a
/// session lasts: no settings, no prepared statements, no session's locks. BEGIN, COMMIT and ROLLBACK
/// are the API's own operations; all else is a statement. What `pipeline` is given goes out in as few
/// calls as its text allows.
package final class DataAPIConnection: Connection {
  /// How a connection goes about its work.
  package struct Options: Sendable {
    /// True when a temporary function may be created to run many statements of a transaction.
    ///
    /// Without it each is a call of its own.
    package var createsFunctions = true
    /// After how long without a call an open transaction is kept alive by one.
    package var keepAliveInterval: Duration = .seconds(60)
    /// Makes a client for the thread that keeps transactions alive; nil lets them lie.
    package var makeKeepAliveClient: (@Sendable () throws -> RDSDataClient)?

    /// The usual way.
    package init() {}
  }

  let client: RDSDataClient
  private let keepAlive: KeepAlive?
  private let options: Options
  var state = TransactionState() {
    didSet { if state.id != oldValue.id { keepAlive?.follow(state.id) } }
  }
  /// Called about twice a second while a statement goes on although its call has timed out.
  var tellWaiting: () -> Void = {}
  private var isClosed = false
  private var shapes: [String: StatementShape] = [:]
  private var facts: (version: Int, mayCreateFunctions: Bool)?

  /// A connection through a client; nothing is sent yet.
  package init(_ client: RDSDataClient, options: Options = Options()) {
    self.client = client
    self.options = options
    keepAlive = options.makeKeepAliveClient.map {
      KeepAlive(every: options.keepAliveInterval, $0)
    }
  }

  deinit { close() }

  /// The server's version as one number; 0 when it cannot be asked.
  package var serverVersion: Int { (try? readFacts())?.version ?? 0 }

  /// The RDS Data API.
  package var transport: Transport { .dataAPI }

  /// Where the connection stands relative to a transaction.
  package var transactionStatus: TransactionStatus { isClosed ? .unknown : state.status }

  /// Asks the server for what is to be known of it.
  ///
  /// - Throws: `PostgresError`, of code `cannotConnect` when it cannot be asked.
  package func check() throws {
    do {
      _ = try readFacts()
    } catch var error as PostgresError {
      if error.code == .connectionLost { error.code = .cannotConnect }
      throw error
    }
  }

  /// Runs one statement.
  @discardableResult
  package func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    try run(PipelineStatement(sql, parameters), shape(of: sql))
  }

  /// Runs statements in as few calls as their text allows.
  @discardableResult
  package func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    try pipeline(statements, onOutcome: onOutcome, onWait: {})
  }

  /// Runs statements in as few calls as their text allows, and calls `onWait` while one of them goes on
  /// although its call has timed out.
  @discardableResult
  package func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void,
    onWait: () -> Void
  ) throws -> [PipelineOutcome] {
    guard !isClosed else { throw Self.closed }
    return try withoutActuallyEscaping(onWait) { onWait in
      tellWaiting = onWait
      defer { tellWaiting = {} }
      return try PipelineRun(
        connection: self, steps: statements.map { ($0, shape(of: $0.sql)) }
      ).run(onOutcome)
    }
  }

  /// Sends the rows of a `COPY … FROM STDIN` as INSERT statements: the API has no COPY.
  package func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    let run = CopyRun(connection: self, copy: try CopyStatement(sql))
    guard state.status == .idle else { return try run.run(nextChunk) }
    return try transaction { try run.run(nextChunk) }
  }

  /// Streams the rows of a query as records of CSV, page by page: the API has no COPY.
  @discardableResult
  package func copyOut(_ query: String, onRecord: ([UInt8]) throws -> Void) throws -> Int {
    let run = CopyOutRun(connection: self, query: query)
    guard state.status == .idle else { return try run.run(onRecord) }
    return try transaction { try run.run(onRecord) }
  }

  /// Rolls back what is open; nothing happens the second time.
  package func close() {
    guard !isClosed else { return }
    isClosed = true
    let open = state.id
    state.end()
    keepAlive?.close()
    if let open { try? client.rollback(open) }
  }

  /// Runs one statement by itself.
  ///
  /// - Throws: `PostgresError`.
  func run(_ statement: PipelineStatement, _ shape: StatementShape) throws -> QueryResult {
    guard !isClosed else { throw Self.closed }
    switch shape.control {
    case .begin(let modes): return try begin(modes)
    case .commit: return try commit()
    case .rollback: return try rollback()
    default: break
    }
    if state.isLost { throw PostgresError.inFailedTransaction }
    if state.hasFailed {
      // Only the way back is let through.
      guard case .rollbackTo = shape.control else { throw PostgresError.inFailedTransaction }
    }
    let result = try send(statement, shape)
    switch shape.control {
    case .savepoint(let name): state.open(savepoint: name)
    case .release(let name): state.release(name)
    case .rollbackTo(let name): state.rollBack(to: name)
    default: break
    }
    return result
  }

  /// Sends a text as it is inside or outside the open transaction.
  ///
  /// - Throws: `PostgresError`; then the state says what became of the transaction.
  func call(
    _ sql: String, _ parameters: [SQLParameter] = [], edited: EditedText? = nil,
    isIdempotent: Bool = false, continuesAfterTimeout: Bool = false, isCancellable: Bool = true
  ) throws -> ExecuteStatementResponse {
    try checkLength(sql)
    do {
      return try execute(
        sql, parameters, transaction: state.id, isIdempotent: isIdempotent,
        continuesAfterTimeout: continuesAfterTimeout, isCancellable: isCancellable)
    } catch {
      if continuesAfterTimeout, error.rdsDataType == .statementTimeout {
        try awaitEnd(of: error, edited)
        return ExecuteStatementResponse()
      }
      try fail(error, edited)
    }
  }

  /// Makes a call of its own turn.
  func execute(
    _ sql: String, _ parameters: [SQLParameter] = [], transaction: String? = nil,
    isIdempotent: Bool, continuesAfterTimeout: Bool = false, isCancellable: Bool = true
  ) throws(AWSError) -> ExecuteStatementResponse {
    let client = client
    func run() throws(AWSError) -> ExecuteStatementResponse {
      try client.execute(
        sql, parameters, transaction: transaction, isIdempotent: isIdempotent,
        continuesAfterTimeout: continuesAfterTimeout, isCancellable: isCancellable)
    }
    guard let keepAlive, transaction != nil else { return try run() }
    return try keepAlive.call(run)
  }

  /// - Throws: `PostgresError` for a statement that is too long for the text of a call.
  func checkLength(_ sql: String) throws {
    guard sql.unicodeScalars.count <= RDSDataClient.longestSQL else {
      throw PostgresError(
        .invalidRequest,
        "the statement has \(sql.unicodeScalars.count) characters; the Data API takes "
          + "\(RDSDataClient.longestSQL)")
    }
  }

  func fail(_ error: AWSError, _ edited: EditedText?) throws -> Never {
    if state.id != nil {
      switch error.code {
      case .refused where error.rdsDataType == .transactionNotFound: state.lose()
      // What was asked for was not done, and the transaction knows nothing of it.
      case .unreachable, .configuration, .noCredentials: break
      default: state.hasFailed = true
      }
    }
    throw PostgresError(error, edited: edited)
  }

  private func send(_ statement: PipelineStatement, _ shape: StatementShape) throws -> QueryResult {
    let binding = try StatementBinding(statement.sql, statement.parameters)
    if shape.isQuery { return try query(statement, shape, binding) }
    // Rows would be lost with the call that times out.
    let response = try call(
      binding.edited.text, binding.parameters, edited: binding.edited,
      continuesAfterTimeout: !shape.returnsRows, isCancellable: !statement.isCleanup)
    return Self.result(response, statement.sql)
  }

  func shape(of sql: String) -> StatementShape {
    if let known = shapes[sql] { return known }
    let shape = StatementShape(parsing: sql)
    if shapes.count >= 2_000 { shapes.removeAll(keepingCapacity: true) }
    shapes[sql] = shape
    return shape
  }

  /// True when a temporary function may be created now.
  func mayCreateFunctions() throws -> Bool {
    guard options.createsFunctions, !state.isReadOnly else { return false }
    return try state.hasFunctions || readFacts().mayCreateFunctions
  }

  private func readFacts() throws -> (version: Int, mayCreateFunctions: Bool) {
    if let facts { return facts }
    let response = try call(
      """
      SELECT current_setting('server_version_num')::integer,
        has_database_privilege(current_database(), 'TEMPORARY')
          AND current_setting('transaction_read_only') = 'off'
      """, isIdempotent: true)
    guard let record = response.records?.first, record.count == 2,
      case .long(let version) = record[0]
    else { throw PostgresError(.invalidRequest, "the server does not tell its version") }
    let found = (Int(version), record[1] == .boolean(true))
    facts = found
    return found
  }

  private static let closed = PostgresError(.connectionLost, "the connection is closed")
}
