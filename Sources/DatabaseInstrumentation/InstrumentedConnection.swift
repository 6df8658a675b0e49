public import Postgres
internal import SQLSyntax

/// A connection whose every operation yields a record.
///
/// It follows the settings that name a tenant, whoever sets them: `SET`, `set_config`, and what
/// undoes them. What only the server can know, it asks the server for.
public final class InstrumentedConnection: Connection {
  private let base: any Connection
  private let sink: any OperationSink
  private let mode: ContextMode
  private let clock: OperationClock
  // Each operation reads these several times. A connection belongs to one thread, and nothing that is
  // called while one of them changes comes back here, so that checking it at run time finds nothing.
  @exclusivity(unchecked) private var texts = StatementTexts()
  @exclusivity(unchecked) private var tracker: TenantTracker

  /// The context that work is done in; nil outside any.
  @exclusivity(unchecked) var context: TenantContext?
  /// True while work is deliberately done outside tenant isolation.
  @exclusivity(unchecked) var isExempt = false
  /// The trace that statements belong to, told to the server in comments; nil for none.
  @exclusivity(unchecked) public var trace: StatementTrace?

  /// Operations of `base`, each noted by `sink`.
  ///
  /// - Parameters:
  ///   - base: What statements run on.
  ///   - settings: The settings whose values name the tenant and the user.
  ///   - mode: What becomes of statements without a tenant.
  ///   - sink: Takes note of each operation.
  public init(
    _ base: any Connection, settings: ContextSettings = ContextSettings(),
    mode: ContextMode = .strict, sink: any OperationSink
  ) {
    self.base = base
    self.sink = sink
    self.mode = mode
    clock = OperationClock()
    tracker = TenantTracker(
      settings: settings, transport: base.transport,
      // The Data API would have to be asked, and has no session whose name could matter.
      serverVersion: base.transport == .libpq ? base.serverVersion : 0,
      applicationName: base.reportedSetting("application_name"))
  }

  /// What carries the session.
  public var transport: Transport { base.transport }
  /// The server's version as one number.
  public var serverVersion: Int { base.serverVersion }
  /// The process id that was announced when the session began.
  public var announcedPID: Int? { base.announcedPID }
  /// Where the session stands relative to a transaction.
  public var transactionStatus: TransactionStatus { base.transactionStatus }
  /// The value of a setting that the server tells of by itself.
  public func reportedSetting(_ name: String) -> String? { base.reportedSetting(name) }
  /// The notices and warnings that the server sent since the last call.
  public func takeNotices() -> [String] { base.takeNotices() }
  /// Ends the session.
  public func close() { base.close() }

  /// The tenant for whom the next statement would run.
  public var tenant: String? { context?.tenant ?? tracker.tenant }

  /// True when something of this use of the session would be found by the next one.
  var isSoiled: Bool { base.transactionStatus != .idle || tracker.hasLastingValues }

  /// True when the session is known to be gone, without asking the server.
  public var isBroken: Bool { base.isBroken }

  /// Runs one statement and notes it.
  ///
  /// - Throws: `PostgresError`; `ContextError` for a statement that needs a tenant and has none, and
  ///   for one that would end or change the context it runs in.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    let effects = texts.effects(of: sql)
    try admit(sql, effects, parameters)
    let result = try perform(sql, parameters, effects)
    try checkContext()
    return result
  }

  /// Runs one statement that belongs to the context's own machinery.
  @discardableResult
  func perform(_ sql: String, _ parameters: [Parameter] = []) throws -> QueryResult {
    try perform(sql, parameters, texts.effects(of: sql))
  }

  private func perform(
    _ sql: String, _ parameters: [Parameter], _ effects: [SessionEffect]
  ) throws -> QueryResult {
    let before = tenant
    let start = clock.now
    do {
      let result = try base.execute(trace?.commented(sql) ?? sql, parameters)
      let end = clock.now
      if !effects.isEmpty {
        tracker.beginImplicit()
        tracker.apply(effects, parameters, result)
        tracker.endImplicit(wasGood: true)
        askIfUncertain()
      }
      note(
        sql, Self.size(of: parameters), status: "OK", rows: result.rowCount, result.byteCount,
        from: start, to: end, tenant: effects.isEmpty ? before : tenant ?? before)
      return result
    } catch let error as PostgresError {
      tracker.settle(base.transactionStatus)
      note(
        sql, Self.size(of: parameters), status: error.status, rows: 0, 0, from: start,
        to: clock.now, tenant: before)
      throw error
    }
  }

  /// Runs statements without waiting between them and notes each.
  @discardableResult
  public func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    try pipeline(statements, onOutcome: onOutcome, onWait: {})
  }

  /// Runs statements without waiting between them and notes each.
  @discardableResult
  public func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void,
    onWait: () -> Void
  ) throws -> [PipelineOutcome] {
    var preview = tracker
    for statement in statements {
      let effects = texts.effects(of: statement.sql)
      // The tenant that a statement before it will have set counts.
      let hasTenant = preview.tenant != nil || !preview.isCertain
      try admit(statement.sql, effects, statement.parameters, hasTenant: hasTenant)
      if !effects.isEmpty, mode == .strict {
        preview.apply(effects, statement.parameters, .none)
      }
    }
    let outcomes = try perform(statements, onOutcome: onOutcome, onWait: onWait)
    try checkContext()
    return outcomes
  }

  /// Runs statements of the context's own machinery, also for different tenants, without waiting between
  /// them.
  ///
  /// - Parameter tenantOf: The tenant to note for a statement instead of the one in force.
  package func perform(
    _ statements: [PipelineStatement], tenantOf: ((Int) -> String?)? = nil,
    onOutcome: (Int, PipelineOutcome) -> Void = { _, _ in }, onWait: () -> Void = {}
  ) throws -> [PipelineOutcome] {
    let commented = trace.map { trace in
      statements.map { statement in
        var statement = statement
        statement.sql = trace.commented(statement.sql)
        return statement
      }
    }
    var last = clock.now
    var hasFailed = false
    let outcomes = try base.pipeline(
      commented ?? statements,
      onOutcome: { index, outcome in
        let statement = statements[index]
        let before = tenant
        tracker.beginImplicit()
        if let result = outcome.result {
          tracker.apply(texts.effects(of: statement.sql), statement.parameters, result)
        } else {
          hasFailed = true
        }
        if statement.synchronizes || index == statements.count - 1 {
          tracker.endImplicit(wasGood: !hasFailed)
          hasFailed = false
        }
        let now = clock.now
        note(
          statement.sql, Self.size(of: statement.parameters), status: outcome.status,
          rows: outcome.result?.rowCount ?? 0, outcome.result?.byteCount ?? 0, from: last, to: now,
          tenant: tenantOf.map { $0(index) } ?? tenant ?? before)
        last = now
        onOutcome(index, outcome)
      }, onWait: onWait)
    tracker.settle(base.transactionStatus)
    askIfUncertain()
    return outcomes
  }

  /// Sends data to a `COPY … FROM STDIN` and notes it.
  public func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    try admit(sql, [], [])
    let start = clock.now
    var bytes = 0
    do {
      let rows = try base.copyIn(trace?.commented(sql) ?? sql) {
        let chunk = try nextChunk()
        bytes += chunk?.count ?? 0
        return chunk
      }
      note(sql, bytes, status: "OK", rows: rows, 0, from: start, to: clock.now, tenant: tenant)
      return rows
    } catch {
      let status = (error as? PostgresError)?.status ?? "ERROR"
      note(sql, bytes, status: status, rows: 0, 0, from: start, to: clock.now, tenant: tenant)
      throw error
    }
  }

  /// Streams the rows of a query as records of CSV and notes it.
  @discardableResult
  public func copyOut(_ query: String, onRecord: ([UInt8]) throws -> Void) throws -> Int {
    let sql = "COPY (\(query)) TO STDOUT"
    try admit(sql, [], [])
    let start = clock.now
    var bytes = 0
    do {
      let rows = try base.copyOut(trace?.commented(query) ?? query) { record in
        bytes += record.count
        try onRecord(record)
      }
      note(sql, 0, status: "OK", rows: rows, bytes, from: start, to: clock.now, tenant: tenant)
      return rows
    } catch {
      let status = (error as? PostgresError)?.status ?? "ERROR"
      note(sql, 0, status: status, rows: 0, bytes, from: start, to: clock.now, tenant: tenant)
      throw error
    }
  }

  /// Refuses what must not be run here.
  private func admit(
    _ sql: String, _ effects: [SessionEffect], _ parameters: [Parameter], hasTenant: Bool = false
  ) throws {
    if let context {
      if !effects.isEmpty { try check(effects, parameters, inside: context) }
    } else if mode == .strict, !isExempt, !hasTenant, tracker.tenant == nil {
      guard !needsTenant(sql, effects) else { throw ContextError.missingTenant }
    }
  }

  /// True for what may read or change rows or definitions.
  private func needsTenant(_ sql: String, _ effects: [SessionEffect]) -> Bool {
    switch StatementKinds.shared.kind(of: sql) {
    case .begin, .commit, .rollback: return false
    case .select:
      // A query such as SELECT set_config(…) makes the context.
      return !effects.contains { effect in
        if case .call = effect { true } else { effect == .unknown }
      }
    case .other:
      // DO, CALL, EXECUTE and the like do anything; SET and SAVEPOINT do nothing else.
      let isHarmless =
        !effects.isEmpty && !effects.contains { [.unknown, .defines, .runsDefined].contains($0) }
      return !isHarmless && !sql.lowercased().hasPrefix("show ")
    case .insert, .update, .delete, .merge, .copy, .ddl: return true
    }
  }

  private func check(
    _ effects: [SessionEffect], _ parameters: [Parameter], inside context: TenantContext
  ) throws {
    for effect in effects {
      switch effect {
      case .begin, .commit, .rollback: throw ContextError.endedTransaction
      default: break
      }
    }
    guard !tracker.changesRole(effects, parameters) else { throw ContextError.changedContext }
    let outcome = tracker.outcome(of: effects, parameters)
    for (change, wanted) in zip(outcome, [context.tenant, context.user ?? ""]) {
      guard case .some(let value) = change else { continue }
      guard (value ?? "").utf8.elementsEqual(wanted.utf8) else { throw ContextError.changedContext }
    }
  }

  /// What only the server could tell was asked by now: it must still be the context's tenant and user.
  private func checkContext() throws {
    guard let context, tracker.isInTransaction, base.transactionStatus == .inTransaction,
      tracker.isCertain
    else { return }
    guard tracker.tenant?.utf8.elementsEqual(context.tenant.utf8) == true,
      (tracker.user ?? "").utf8.elementsEqual((context.user ?? "").utf8)
    else { throw ContextError.changedContext }
  }

  private func askIfUncertain() {
    guard !tracker.isCertain else { return }
    let status = base.transactionStatus
    guard status == .idle || status == .inTransaction else { return }
    let question = tracker.question
    if let answer = try? base.execute(question.sql, question.parameters) { tracker.learn(answer) }
  }

  private func isExempt(_ tenant: String?) -> Bool {
    isExempt || (mode == .exempt && tenant == nil)
  }

  private static func size(of parameters: [Parameter]) -> Int {
    var bytes = 0
    for case .text(let value) in parameters { bytes += value.utf8.count }
    return bytes
  }

  /// - Parameter bytes: What was sent beside the text.
  private func note(
    _ sql: String, _ bytes: Int, status: String, rows: Int, _ bytesReceived: Int,
    from start: Int64, to end: Int64, tenant: String?
  ) {
    sink.record(
      OperationRecord(
        tenant: tenant, sql: sql, status: status, time: clock.time(of: start),
        duration: end - start, rows: rows, bytesSent: sql.utf8.count + bytes,
        bytesReceived: bytesReceived, transport: transport, isExempt: isExempt(tenant)))
  }
}

extension PostgresError {
  /// As records have it.
  fileprivate var status: String { sqlState?.rawValue ?? "ERROR" }
}

extension PipelineOutcome {
  /// As records have it.
  fileprivate var status: String {
    switch self {
    case .result: "OK"
    case .failure(let error): error.status
    case .skipped: "skipped"
    }
  }
}

extension QueryResult {
  /// The result of a statement that gave no rows.
  fileprivate static var none: QueryResult {
    QueryResult(columns: [], cells: [], commandTag: "", rowCount: 0, byteCount: 0)
  }
}
