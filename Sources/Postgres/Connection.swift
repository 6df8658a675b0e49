/// A session with a PostgreSQL server, whatever carries it.
///
/// A connection belongs to the thread that uses it: calls wait for the server, and none of them may
/// run at the same time as another one on the same connection.
public protocol Connection: AnyObject {
  /// The server's version as one number, for example 150018.
  var serverVersion: Int { get }

  /// What carries the session.
  var transport: Transport { get }

  /// The process id that was announced when the session began; nil when there was none.
  ///
  /// A pooler announces an id of its own, which `pg_backend_pid()` never gives.
  var announcedPID: Int? { get }

  /// Where the session stands relative to a transaction.
  var transactionStatus: TransactionStatus { get }

  /// True when the session is known to be gone, without asking the server.
  var isBroken: Bool { get }

  /// Runs one statement.
  ///
  /// - Throws: `PostgresError`.
  @discardableResult
  func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult

  /// Runs statements without waiting between them, and gives back one outcome for each, in order.
  ///
  /// `onOutcome` hears of each outcome as it arrives. A refused statement is an outcome, not an
  /// error.
  ///
  /// - Throws: `PostgresError` when the connection is lost; then some outcomes are not known.
  @discardableResult
  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome]

  /// Runs statements without waiting between them, and calls `onWait` about twice a second while
  /// the server says nothing.
  ///
  /// A transport that cannot tell does not call it.
  @discardableResult
  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void,
    onWait: () -> Void
  ) throws -> [PipelineOutcome]

  /// The value of a setting that the server tells of by itself, for example `application_name`; nil for
  /// others.
  func reportedSetting(_ name: String) -> String?

  /// Sends data to a `COPY … FROM STDIN`, chunk after chunk until `nextChunk` gives nil.
  ///
  /// - Returns: The number of rows copied.
  /// - Throws: `PostgresError`, and whatever `nextChunk` throws, after telling the server to
  ///   discard the rows.
  func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int

  /// Streams the rows of a query as records of CSV without a header, each with its line end; NULL is
  /// an empty field without quotes.
  ///
  /// A record arrives whole, however many lines it has.
  ///
  /// - Parameters:
  ///   - query: A query without parameters; `COPY` takes none.
  ///   - onRecord: Gets each record in turn.
  /// - Returns: The number of rows.
  /// - Throws: `PostgresError`, and whatever `onRecord` throws, after telling the server to stop.
  @discardableResult
  func copyOut(_ query: String, onRecord: ([UInt8]) throws -> Void) throws -> Int

  /// The notices and warnings that the server sent since the last call, oldest first.
  func takeNotices() -> [String]

  /// Ends the session; nothing happens the second time.
  func close()
}

/// What carries a session.
public enum Transport: String, Sendable, Codable, CaseIterable {
  /// PostgreSQL's own protocol, through libpq.
  case libpq
  /// The RDS Data API, which has a session only inside a transaction.
  case dataAPI = "data-api"
}

/// Where a session stands relative to a transaction.
public enum TransactionStatus: Sendable, Equatable {
  /// No transaction is open.
  case idle
  /// A transaction is open and can go on.
  case inTransaction
  /// A transaction is open and can only be rolled back.
  case failed
  /// The connection is gone.
  case unknown
}

extension Connection {
  /// Nil: not every transport has one.
  public var announcedPID: Int? { nil }

  /// Nil: not every transport tells.
  public func reportedSetting(_ name: String) -> String? { nil }

  /// True when the state of a transaction cannot be known any more.
  public var isBroken: Bool { transactionStatus == .unknown }

  /// Refuses: not every connection can.
  public func copyOut(_ query: String, onRecord: ([UInt8]) throws -> Void) throws -> Int {
    throw PostgresError(.invalidRequest, "this connection does not copy rows out")
  }

  /// None: not every transport carries them.
  public func takeNotices() -> [String] { [] }

  /// Runs one statement without parameters.
  @discardableResult
  public func execute(_ sql: String) throws -> QueryResult { try execute(sql, []) }

  /// Runs statements without waiting between them.
  @discardableResult
  public func pipeline(_ statements: [PipelineStatement]) throws -> [PipelineOutcome] {
    try pipeline(statements, onOutcome: { _, _ in })
  }

  /// Runs statements without waiting between them; never calls `onWait`.
  @discardableResult
  public func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void,
    onWait: () -> Void
  ) throws -> [PipelineOutcome] {
    try pipeline(statements, onOutcome: onOutcome)
  }

  /// Runs `body` inside one transaction: committed when it returns, rolled back when it throws.
  ///
  /// - Throws: What `body` throws, or `PostgresError` from BEGIN or COMMIT.
  public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN")
    let result: Result
    do {
      result = try body()
    } catch {
      // The first error is the one to report; a lost connection rolls back by itself.
      _ = try? execute("ROLLBACK")
      throw error
    }
    try execute("COMMIT")
    return result
  }
}
