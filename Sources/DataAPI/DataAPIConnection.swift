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
    /// True when many statements of a transaction may be run by a temporary function, which is created
    /// for that. Without it each is a call of its own.
    package var createsFunctions = true

    /// The usual way.
    package init() {}
  }

  let client: RDSDataClient
  private let options: Options
  var state = TransactionState()
  private var isClosed = false
  private var shapes: [String: StatementShape] = [:]
  private var facts: (version: Int, mayCreateFunctions: Bool)?

  /// A connection through a client; nothing is sent yet.
  package init(_ client: RDSDataClient, options: Options = Options()) {
    self.client = client
    self.options = options
  }

  deinit { close() }

  /// The server's version as one number; 0 when it cannot be asked.
  package var serverVersion: Int { (try? readFacts())?.version ?? 0 }

  /// 0: statements reach different sessions of the server, as behind a pooler.
  package var announcedPID: Int? { 0 }

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
    guard !isClosed else { throw Self.closed }
    return try PipelineRun(
      connection: self, steps: statements.map { ($0, shape(of: $0.sql)) }
    ).run(onOutcome)
  }

  /// Sends the rows of a `COPY … FROM STDIN` as INSERT statements: the API has no COPY.
  package func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    let run = CopyRun(connection: self, copy: try CopyStatement(sql))
    guard state.status == .idle else { return try run.run(nextChunk) }
    return try transaction { try run.run(nextChunk) }
  }

  /// Rolls back what is open; nothing happens the second time.
  package func close() {
    guard !isClosed else { return }
    isClosed = true
    if let id = state.id { try? client.rollback(id) }
    state.end()
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
    isIdempotent: Bool = false, continuesAfterTimeout: Bool = false
  ) throws -> ExecuteStatementResponse {
    try checkLength(sql)
    do {
      return try client.execute(
        sql, parameters, transaction: state.id, isIdempotent: isIdempotent,
        continuesAfterTimeout: continuesAfterTimeout)
    } catch {
      if continuesAfterTimeout, error.rdsDataType == .statementTimeout {
        try awaitEnd(of: error, edited)
        return ExecuteStatementResponse()
      }
      try fail(error, edited)
    }
  }

  private func checkLength(_ sql: String) throws {
    guard sql.unicodeScalars.count <= RDSDataClient.longestSQL else {
      throw PostgresError(
        .invalidRequest,
        "the statement has \(sql.unicodeScalars.count) characters; the Data API takes "
          + "\(RDSDataClient.longestSQL)")
    }
  }

  /// Waits for a statement that goes on although its call has timed out.
  ///
  /// In a transaction the next statement shows how it ended. Outside one it does not: then its end is not
  /// known, and the error says so.
  private func awaitEnd(of timeout: AWSError, _ edited: EditedText?) throws {
    guard let id = state.id else {
      try awaitProcess(timeout.databaseProcess)
      throw PostgresError(
        .connectionLost,
        "the statement took longer than a call of the Data API may, went on, and has ended since; "
          + "how it ended was not told", sqlState: .queryCanceled)
    }
    while true {
      do {
        _ = try client.execute("SELECT 1", transaction: id, isIdempotent: true)
        return
      } catch {
        if error.isStillRunning {
          client.pause(.milliseconds(500))
          continue
        }
        state.hasFailed = true
        guard PostgresError(error).sqlState == .inFailedTransaction else { try fail(error, edited) }
        throw PostgresError(
          .server,
          "a statement failed after its call had timed out; the Data API does not tell which and why"
        )
      }
    }
  }

  /// Waits until a process of the server no longer runs the statement that it runs now.
  private func awaitProcess(_ process: Int?) throws {
    guard let process else { return }
    do {
      var since: Field?
      while true {
        let response = try client.execute(
          """
          SELECT query_start::text FROM pg_catalog.pg_stat_activity
          WHERE pid = :process AND state = 'active'
          """, [SQLParameter(name: "process", value: .long(Int64(process)))], isIdempotent: true)
        guard let start = response.records?.first?.first, since == nil || since == start else {
          return
        }
        since = start
        client.pause(.milliseconds(500))
      }
    } catch {
      throw PostgresError(error)
    }
  }

  private func fail(_ error: AWSError, _ edited: EditedText?) throws -> Never {
    if state.id != nil {
      switch error.code {
      case .refused where error.rdsDataType == .transactionNotFound: state.lose()
      // What was asked for was not done, and the transaction knows nothing of it.
      case .cancelled, .unreachable, .configuration, .noCredentials: break
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
      continuesAfterTimeout: !shape.returnsRows)
    return Self.result(response, statement.sql)
  }

  /// Runs a query; one whose result the API cannot give is run once more by a program, which gives every
  /// value as text and as many pages as there are.
  private func query(
    _ statement: PipelineStatement, _ shape: StatementShape, _ binding: StatementBinding
  ) throws -> QueryResult {
    do {
      try checkLength(binding.edited.text)
      let response = try client.execute(
        binding.edited.text, binding.parameters, transaction: state.id, isIdempotent: false)
      return Self.result(response, statement.sql)
    } catch let error as AWSError {
      guard error.isUnfitResult, shape.runsInFunction, try mayCreateFunctions() else {
        try fail(error, binding.edited)
      }
      return try queryInProgram(statement, shape)
    }
  }

  private func queryInProgram(
    _ statement: PipelineStatement, _ shape: StatementShape
  ) throws -> QueryResult {
    let isAlone = state.id == nil
    if isAlone { _ = try begin("") }
    // Nothing is to be kept of a query, nor of the function that ran it.
    defer { if isAlone { _ = try? rollback() } }
    let outcome = try ProgramRun(connection: self).run([(statement, shape)])[0]
    if let error = outcome.error { throw error }
    return outcome.result ?? QueryResult(command: "")
  }

  static func result(_ response: ExecuteStatementResponse, _ sql: String) -> QueryResult {
    let columns = response.columnMetadata ?? []
    let records = response.records ?? []
    var bytes = 0
    var cells: [String?] = []
    cells.reserveCapacity(columns.count * records.count)
    for record in records {
      for (index, field) in record.enumerated() {
        let text = FieldText.text(
          field, type: index < columns.count ? columns[index].typeName : nil)
        bytes += text?.utf8.count ?? 0
        cells.append(text)
      }
    }
    let word = sql.drop { !$0.isLetter }.prefix { $0.isLetter }.uppercased()
    let count = columns.isEmpty ? response.numberOfRecordsUpdated ?? 0 : records.count
    let tag =
      switch word {
      case "INSERT": "INSERT 0 \(count)"
      case "UPDATE", "DELETE", "MERGE", "SELECT": "\(word) \(count)"
      default: word
      }
    return QueryResult(
      columns: columns.map {
        QueryResult.Column(
          name: $0.label ?? $0.name ?? "", typeOID: $0.typeName == "bool" ? 16 : 0)
      },
      cells: cells, commandTag: tag, rowCount: count, byteCount: bytes)
  }

  private func begin(_ modes: String) throws -> QueryResult {
    guard state.id == nil, !state.isLost else {
      throw PostgresError(
        .server, "there is already a transaction in progress", sqlState: "25001")
    }
    do {
      state.begin(
        try client.beginTransaction(),
        isReadOnly: modes.lowercased().contains("read only"))
    } catch {
      throw PostgresError(error)
    }
    if !modes.isEmpty {
      do {
        _ = try call("SET TRANSACTION \(modes)")
      } catch {
        _ = try? rollback()
        throw error
      }
    }
    return QueryResult(command: "BEGIN")
  }

  private func commit() throws -> QueryResult {
    guard !state.hasFailed, !state.isLost else {
      // As the server answers COMMIT of a failed transaction.
      return try rollback()
    }
    guard let id = state.id else { return QueryResult(command: "COMMIT") }
    if state.hasFunctions { _ = try call(ProgramFunction.removal) }
    // Whatever the answer, the transaction has ended, or its end is not known.
    do {
      try client.commit(id)
      state.end()
    } catch {
      switch error.code {
      case .unreachable, .cancelled, .configuration, .noCredentials:
        // It was never sent: nothing is kept.
        _ = try? rollback()
      case .noAnswer:
        state.end()
        if commitsAgain(id) { return QueryResult(command: "COMMIT") }
      default: state.end()
      }
      throw PostgresError(error)
    }
    return QueryResult(command: "COMMIT")
  }

  /// Asks once more for a COMMIT whose answer was lost; false when only the tables can tell its end.
  ///
  /// A transaction that is still open is committed by it. Of one that has ended, whichever way, the
  /// service knows nothing; but then it has ended.
  private func commitsAgain(_ id: String) -> Bool {
    for _ in 0..<3 {
      do {
        try client.commit(id)
        return true
      } catch {
        if error.code != .noAnswer { return false }
      }
    }
    return false
  }

  private func rollback() throws -> QueryResult {
    guard let id = state.id else {
      state.end()
      return QueryResult(command: "ROLLBACK")
    }
    state.end()
    let start = ContinuousClock.now
    var losses = 0
    while true {
      do {
        try client.rollback(id)
        break
      } catch {
        // It has rolled back by itself.
        if error.rdsDataType == .transactionNotFound { break }
        // Until it is rolled back its locks stand in everybody's way.
        if error.code == .noAnswer, losses < 2 {
          losses += 1
          continue
        }
        // A call whose answer was lost is still at work.
        guard error.isStillRunning, ContinuousClock.now - start < .seconds(60) else {
          throw PostgresError(error)
        }
        client.pause(.milliseconds(100))
      }
    }
    return QueryResult(command: "ROLLBACK")
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
