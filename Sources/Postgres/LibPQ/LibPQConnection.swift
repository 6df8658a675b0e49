internal import CLibPQ
internal import Synchronization

/// A connection over libpq, PostgreSQL's own client library.
///
/// Everything that libpq reads holds: service files, `.pgpass`, `PG…` environment variables, TLS
/// settings. PostgreSQL manual, chapter 34 "libpq - C Library".
public final class LibPQConnection: Connection {
  private let handle: OpaquePointer
  private let notices = NoticeCollector()
  private let cancellation: Cancellation?
  private var cancellationID: Int?
  private var isClosed = false
  private var pipelineCount = 0

  /// Opens a session.
  ///
  /// - Parameters:
  ///   - conninfo: A `postgres://` URL or a libpq connection string (section 34.1.1).
  ///   - applicationName: What the server shows for this session unless `conninfo` names another.
  ///   - database: The database to use instead of the one that `conninfo` names.
  ///   - settings: Key words of a connection string that go before those of `conninfo`, for example a
  ///     password that may hold any character.
  ///   - options: Settings of the session unless `conninfo` has options, as `-c name=value`.
  ///   - connectTimeout: Seconds to wait for the server unless `conninfo` or `PGCONNECT_TIMEOUT` says so.
  ///   - cancellation: Cancels what the session runs.
  /// - Throws: `PostgresError` of code `cannotConnect`; its message holds no password.
  public init(
    conninfo: String, applicationName: String = "dbtool", database: String? = nil,
    settings: [String: String] = [:], options: String? = nil, connectTimeout: Int = 10,
    cancellation: Cancellation? = nil
  ) throws {
    guard !conninfo.utf8.contains(0) else {
      throw PostgresError(.invalidRequest, "the connection string contains a NUL character")
    }
    try cancellation?.check()
    self.cancellation = cancellation
    handle = try LibPQSession.open(
      conninfo: conninfo, applicationName: applicationName, database: database, settings: settings,
      options: options,
      connectTimeout: connectTimeout, cancellation: cancellation)
    notices.install(on: handle)
    if let cancellation, let cancelHandle = CancelHandle(connection: handle) {
      cancellationID = cancellation.register { cancelHandle.cancel() }
    }
  }

  deinit { close() }

  /// PostgreSQL's own protocol.
  public var transport: Transport { .libpq }

  /// The version of libpq, as `serverVersion` gives a server's.
  package static var libraryVersion: Int { Int(PQlibVersion()) }

  /// The server's version as one number, for example 150018.
  public var serverVersion: Int { isClosed ? 0 : Int(PQserverVersion(handle)) }

  /// The server's process id for this session, as `pg_stat_activity.pid` shows it.
  public var backendPID: Int { isClosed ? 0 : Int(PQbackendPID(handle)) }

  /// The process id that the server, or a pooler in front of it, announced.
  public var announcedPID: Int? { isClosed ? nil : Int(PQbackendPID(handle)) }

  /// The value of a setting that the server tells of by itself.
  public func reportedSetting(_ name: String) -> String? {
    isClosed ? nil : PQparameterStatus(handle, name).map { String(cString: $0) }
  }

  /// Where the session stands relative to a transaction.
  public var transactionStatus: TransactionStatus {
    guard !isClosed else { return .unknown }
    switch PQtransactionStatus(handle) {
    case PQTRANS_IDLE: return .idle
    case PQTRANS_ACTIVE, PQTRANS_INTRANS: return .inTransaction
    case PQTRANS_INERROR: return .failed
    default: return .unknown
    }
  }

  /// True when the server has ended the session, as far as that has arrived here.
  public var isBroken: Bool {
    guard !isClosed, PQstatus(handle) == CONNECTION_OK else { return true }
    // The first call takes what the server said last, the second one meets the end.
    return PQconsumeInput(handle) == 0 || PQconsumeInput(handle) == 0
      || PQstatus(handle) != CONNECTION_OK
  }

  /// Runs one statement and waits for its result.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [Parameter] = []) throws -> QueryResult {
    try prepareToSend(sql, parameters)
    let result = parameters.withCStrings { values in
      PQexecParams(handle, sql, Int32(values.count), nil, values, nil, nil, 0)
    }
    return try QueryResult(take: result, connection: handle)
  }

  /// Runs one statement with values whose types are given by their OIDs, 0 for the server to find.
  ///
  /// A value that is meant as text is then refused where text does not fit.
  package func execute(
    _ sql: String, _ parameters: [Parameter], types: [UInt32]
  ) throws -> QueryResult {
    try prepareToSend(sql, parameters)
    let result = parameters.withCStrings { values in
      PQexecParams(handle, sql, Int32(values.count), types, values, nil, nil, 0)
    }
    return try QueryResult(take: result, connection: handle)
  }

  /// Asks the server, from any thread, to stop the statement that runs at that moment.
  package var statementCanceller: (@Sendable () -> Void)? {
    guard !isClosed, let handle = CancelHandle(connection: handle) else { return nil }
    return { handle.cancel() }
  }

  /// Runs statements in libpq's pipeline mode; one outcome for each, in order.
  @discardableResult
  public func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    try pipeline(statements, onOutcome: onOutcome, onWait: {})
  }

  /// Runs statements in libpq's pipeline mode, and calls `onWait` about twice a second while the
  /// server says nothing.
  @discardableResult
  public func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void,
    onWait: () -> Void
  ) throws -> [PipelineOutcome] {
    guard !statements.isEmpty else { return [] }
    for statement in statements {
      try prepareToSend(statement.sql, statement.parameters, isCleanup: statement.isCleanup)
    }
    pipelineCount += 1
    do {
      return try LibPQPipeline(handle: handle, serial: pipelineCount).run(
        statements, onOutcome: onOutcome, onWait: onWait)
    } catch {
      // What is still under way cannot be told apart from what would be sent next.
      close()
      throw error
    }
  }

  /// Sends data to a `COPY … FROM STDIN` until `nextChunk` gives nil.
  public func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    try prepareToSend(sql, [])
    let opening = PQexec(handle, sql)
    guard PQresultStatus(opening) == PGRES_COPY_IN else {
      _ = try QueryResult(take: opening, connection: handle)
      throw PostgresError(.invalidRequest, "not a COPY … FROM STDIN statement")
    }
    PQclear(opening)
    do {
      while let chunk = try nextChunk() {
        let sent = chunk.withUnsafeBufferPointer { buffer in
          buffer.withMemoryRebound(to: CChar.self) {
            PQputCopyData(handle, $0.baseAddress, Int32($0.count))
          }
        }
        // The server may have refused an earlier row: it says so when the copy ends.
        guard sent == 1 else { break }
        try cancellation?.check()
      }
    } catch {
      PQputCopyEnd(handle, "cancelled by the client")
      while let result = PQgetResult(handle) { PQclear(result) }
      throw error
    }
    PQputCopyEnd(handle, nil)
    let result = PQgetResult(handle)
    defer { while let extra = PQgetResult(handle) { PQclear(extra) } }
    return try QueryResult(take: result, connection: handle).rowCount
  }

  /// Streams the rows of a query as records of CSV, by `COPY (…) TO STDOUT`.
  @discardableResult
  public func copyOut(_ query: String, onRecord: ([UInt8]) throws -> Void) throws -> Int {
    // The line break ends a comment at the end of the query.
    let sql = "COPY (\(query)\n) TO STDOUT WITH (FORMAT csv, ENCODING 'UTF8')"
    try prepareToSend(sql, [])
    let opening = PQexec(handle, sql)
    guard PQresultStatus(opening) == PGRES_COPY_OUT else {
      _ = try QueryResult(take: opening, connection: handle)
      throw PostgresError(.invalidRequest, "not a query whose rows can be copied out")
    }
    PQclear(opening)
    do {
      while let record = nextRecord() {
        try cancellation?.check()
        try onRecord(record)
      }
    } catch {
      CancelHandle(connection: handle)?.cancel()
      while nextRecord() != nil {}
      while let result = PQgetResult(handle) { PQclear(result) }
      throw error
    }
    let result = PQgetResult(handle)
    defer { while let extra = PQgetResult(handle) { PQclear(extra) } }
    return try QueryResult(take: result, connection: handle).rowCount
  }

  /// The next record of a copy that is under way; nil at its end, of which the result tells.
  private func nextRecord() -> [UInt8]? {
    var buffer: UnsafeMutablePointer<CChar>?
    let count = PQgetCopyData(handle, &buffer, 0)
    guard count > 0, let buffer else { return nil }
    defer { PQfreemem(buffer) }
    return buffer.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
      Array(UnsafeBufferPointer(start: $0, count: Int(count)))
    }
  }

  /// The notices and warnings that the server sent since the last call, oldest first.
  public func takeNotices() -> [String] { notices.take() }

  /// Ends the session; nothing happens the second time.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    if let cancellationID { cancellation?.unregister(cancellationID) }
    PQfinish(handle)
  }

  private func prepareToSend(
    _ sql: String, _ parameters: [Parameter], isCleanup: Bool = false
  ) throws {
    guard !isClosed else { throw PostgresError(.connectionLost, "the connection is closed") }
    // libpq takes C strings: a NUL would silently cut the text.
    guard !sql.utf8.contains(0) else {
      throw PostgresError(.invalidRequest, "the SQL text contains a NUL character")
    }
    for case .text(let value) in parameters where value.utf8.contains(0) {
      throw PostgresError(
        .invalidRequest, "a parameter contains a NUL character, which no PostgreSQL text can hold")
    }
    // What puts a transaction right again must still be possible after an interrupt.
    if cancellation?.isRequested == true, !isCleanup, !sql.hasPrefix("ROLLBACK") {
      throw PostgresError(.cancelled, "interrupted")
    }
  }
}
