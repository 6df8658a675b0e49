public import Postgres

/// The way for an application to its tenants' data.
///
/// Work runs inside a transaction whose tenant context is set with `set_config(…, true)`, so it
/// ends with the transaction and cannot leak to the next user of the session. Tenant ids travel as
/// parameters and are never pasted into SQL. Every operation yields an `OperationRecord`.
public final class InstrumentedClient {
  /// The connection under the client, noted like everything else; outside `withRLS` work on it has no
  /// tenant context.
  public let connection: InstrumentedConnection
  private let settings: ContextSettings
  /// The role that work in a tenant's context takes on; nil is the session's own.
  package let role: String?
  private var current: TenantContext? {
    get { connection.context }
    set { connection.context = newValue }
  }
  /// The role that a session logged in as before it took on another one, by the other one's name.
  ///
  /// Only a superuser's session can pretend it (PostgreSQL manual, SET SESSION AUTHORIZATION).
  package var logins: [String: String] = [:]

  /// A client over `connection`.
  ///
  /// - Parameters:
  ///   - connection: The session to use; the client must be its only user.
  ///   - settings: The names of the settings that the policies read.
  ///   - role: A role that work in a tenant's context takes on, for a session that logged in as another.
  ///   - mode: What becomes of statements without a tenant.
  ///   - sink: Takes note of each operation.
  public convenience init(
    connection: any Connection, settings: ContextSettings = ContextSettings(), role: String? = nil,
    mode: ContextMode = .strict, sink: any OperationSink
  ) {
    self.init(
      connection: InstrumentedConnection(connection, settings: settings, mode: mode, sink: sink),
      settings: settings, role: role)
  }

  /// A client over a connection whose operations are recorded already.
  ///
  /// - Parameters:
  ///   - connection: What statements run on.
  ///   - settings: The settings that `connection` follows.
  ///   - role: The role that work in a tenant's context is done as; nil for who is connected.
  public init(
    connection: InstrumentedConnection, settings: ContextSettings = ContextSettings(),
    role: String? = nil
  ) {
    self.connection = connection
    self.settings = settings
    self.role = role
  }

  /// Runs `body` in one transaction in the tenant's context; committed when it returns, else rolled
  /// back.
  ///
  /// Called inside another `withRLS` of the same tenant it joins that transaction.
  ///
  /// - Throws: `ContextError` for a missing tenant and inside another tenant's context;
  ///   `PostgresError`;
  ///   whatever `body` throws.
  public func withRLS<Result>(
    tenant: String, user: String? = nil, _ body: (any Connection) throws -> Result
  ) throws -> Result {
    try withRLS(TenantContext(tenant: tenant, user: user), body)
  }

  /// Runs `body` in one transaction in `context`; committed when it returns, else rolled back.
  ///
  /// - Throws: `ContextError` for a missing tenant and inside another tenant's context;
  ///   `PostgresError`;
  ///   whatever `body` throws.
  public func withRLS<Result>(
    _ context: TenantContext, _ body: (any Connection) throws -> Result
  ) throws -> Result {
    try check(context)
    if current != nil { return try body(connection) }
    try begin(context)
    let result: Result
    do {
      result = try body(connection)
    } catch {
      rollback()
      throw error
    }
    try commit()
    return result
  }

  /// Begins a transaction in `context`.
  func begin(_ context: TenantContext) throws {
    current = context
    do {
      let outcomes = try connection.perform([
        PipelineStatement("BEGIN"), contextStatement(context),
      ])
      if let error = outcomes.lazy.compactMap(\.error).first { throw error }
    } catch {
      rollback()
      throw error
    }
  }

  /// Ends the context's transaction and keeps what was done.
  func commit() throws {
    defer { current = nil }
    // The server rolls back what has failed, also when the error was caught.
    if try connection.perform("COMMIT").commandTag == "ROLLBACK" { throw ContextError.rolledBack }
  }

  /// Ends the context and undoes what was done; a lost connection rolls back by itself.
  func rollback() {
    defer { current = nil }
    if connection.transactionStatus != .idle { _ = try? connection.perform("ROLLBACK") }
  }

  /// True when the next user of the session finds nothing of what was done in it.
  var isClean: Bool { current == nil && !connection.isSoiled }

  /// Runs statements in one transaction in the tenant's context with one network wait.
  ///
  /// - Returns: One result for each statement, in order.
  /// - Throws: `PostgresError` of the first statement that is refused; then none of them has had an
  ///   effect.
  ///   `ContextError` as `withRLS`.
  @discardableResult
  public func batchWithRLS(
    tenant: String, user: String? = nil, _ statements: [PipelineStatement]
  ) throws -> [QueryResult] {
    let context = TenantContext(tenant: tenant, user: user)
    try check(context)
    guard current == nil else {
      return try statements.map { try connection.execute($0.sql, $0.parameters) }
    }
    current = context
    defer { current = nil }
    // After an error the server skips to the next synchronization point: with only one, behind
    // COMMIT, a failed batch cannot commit.
    let batch =
      [PipelineStatement("BEGIN"), contextStatement(context)]
      + statements.map { PipelineStatement($0.sql, $0.parameters) } + [PipelineStatement("COMMIT")]
    let outcomes = try connection.perform(batch)
    if let error = outcomes.lazy.compactMap(\.error).first {
      rollback()
      throw error
    }
    return outcomes.dropFirst(2).dropLast().compactMap(\.result)
  }

  /// Runs `body` outside tenant isolation, recorded as exempt.
  ///
  /// For administration only: what `body` may touch is decided by the role that the session logged
  /// in as.
  ///
  /// - Throws: `ContextError` inside a tenant's context; whatever `body` throws.
  public func exempt<Result>(_ body: (any Connection) throws -> Result) throws -> Result {
    guard current == nil else { throw ContextError.exemptInsideTenant }
    connection.isExempt = true
    defer { connection.isExempt = false }
    return try body(connection)
  }

  private func check(_ context: TenantContext) throws {
    try context.check()
    if let current, current != context { throw ContextError.nestedContext }
  }

  /// The name of the setting that holds the tenant's id.
  package var tenantSetting: String { settings.tenant }

  /// The name of the setting that holds the user's id.
  package var userSetting: String { settings.user }

  private func contextStatement(_ context: TenantContext) -> PipelineStatement {
    contextStatement(context, role: role)
  }

  /// The statement that sets the context for the rest of the transaction.
  func contextStatement(_ context: TenantContext, role: String?) -> PipelineStatement {
    var pairs = [(settings.tenant, context.tenant), (settings.user, context.user ?? "")]
    pairs += context.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    // The role goes last: after it the session may no longer be allowed the rest.
    if let role { pairs += taking(on: role) }
    return .settingLocally(pairs)
  }

  /// The settings with which a session takes on `role`, the last of which may be refused.
  func taking(on role: String) -> [(String, String)] {
    (logins[role].map { [("session_authorization", $0)] } ?? []) + [("role", role)]
  }
}

extension PipelineStatement {
  /// One statement that makes settings for the rest of the transaction, names and values as
  /// parameters.
  static func settingLocally(_ pairs: [(String, String)]) -> PipelineStatement {
    let calls = pairs.indices.map { "set_config($\($0 * 2 + 1)::text, $\($0 * 2 + 2)::text, true)" }
    var statement = PipelineStatement(
      "SELECT " + calls.joined(separator: ", "),
      pairs.flatMap { [Parameter.text($0.0), .text($0.1)] })
    statement.isRecurring = true
    return statement
  }
}
