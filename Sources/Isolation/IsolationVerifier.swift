package import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants
internal import Wording

/// Proves, by doing it, whether one tenant can reach another one's rows.
///
/// Everything happens inside one transaction that is always rolled back; inside a transaction that
/// is open already, up to a savepoint of it, so that what that one has changed is what is proven.
package struct IsolationVerifier {
  private let options: IsolationOptions
  private let client: InstrumentedClient
  private let seed: UInt64
  private let progress: (String) -> Void
  private let tried: (_ mutants: Int, _ total: Int) -> Void
  private let copies: [Copy]

  /// Opens a session on a copy of the database, from any thread.
  package typealias Copy = @Sendable () throws -> InstrumentedClient

  /// A verifier over a session that may become the application's roles and that row-level security
  /// does not bind.
  ///
  /// - Parameters:
  ///   - options: What is known about the application.
  ///   - client: The session; it must have had no tenant context yet.
  ///   - seed: Equal seeds make equal rows.
  ///   - progress: Hears a phrase for each step, for example `probing 12 tables as app_user`.
  ///   - tried: Hears of each mutant how many were tried, and of how many.
  ///   - copies: Copies of the database, to try mutants on at the same time.
  package init(
    options: IsolationOptions, client: InstrumentedClient, seed: UInt64 = 0x5EED,
    progress: @escaping (String) -> Void = { _ in },
    tried: @escaping (_ mutants: Int, _ total: Int) -> Void = { _, _ in },
    copies: [Copy] = []
  ) {
    self.options = options
    self.client = client
    self.seed = seed
    self.progress = progress
    self.tried = tried
    self.copies = copies
  }

  /// Runs the probes and gives back what they showed.
  ///
  /// - Throws: `IsolationError` when it cannot begin, `PostgresError` when the connection fails or
  ///   a lock that it
  ///   needs does not come.
  package func verify() throws -> IsolationReport {
    let clock = ContinuousClock()
    let start = clock.now
    try checkSettingName(options.tenantSetting)
    let connection = client.connection
    // Reading the definition of a table waits for whoever alters it, so the limits come first.
    let undoing = try begin(connection)
    defer { for statement in undoing { _ = try? connection.execute(statement) } }
    try prepareTransaction(connection)
    let watch = try SequenceWatch(on: connection)
    try checkTenantType(connection)
    let queue = MutantQueue()
    let workers = options.mutates ? copies.map { worker(on: $0, queue) } : []
    defer {
      queue.close()
      for worker in workers { worker.end() }
    }
    var survey = try survey()
    var mutation =
      options.mutates
      ? try MutationRun(survey, queue: queue, progress: progress, onTrial: tried) : nil
    var outcome = CheckOutcome()
    for check in checks {
      if let deadline = options.deadline, clock.now > deadline { throw IsolationError.tooSlow }
      if survey.options.live != nil, !check.runsLive {
        survey.leaveOut(check)
        continue
      }
      progress(check.phrase(survey))
      let part = try check.run(&survey)
      outcome.findings += part.findings
      outcome.probes += part.probes
      if check is UnsetContextCheck { try mutation?.runUnset(survey) }
    }
    outcome.findings = ReachableRoles.explained(outcome.findings, actors: survey.actors)
    let seconds = start.duration(to: clock.now)
    var report = ReportBuilder(survey: survey, outcome: outcome)
      .report(seconds: seconds / .seconds(1))
    report.sequences = try watch.moved(on: connection)
    report.performance = survey.performance
    report.live = try LiveReport(survey, seconds: seconds / .seconds(1))
    guard var mutation else { return report }
    for worker in workers { worker.begin(report.findings) }
    try mutate(&mutation, findings: report.findings)
    report.mutants = .init(mutation.tried + (try workers.flatMap { try $0.tried() }))
    report.mutants.seconds = start.duration(to: .now) / .seconds(1) - report.probes.seconds
    // What the checks do not notice they have not excluded either.
    if report.verdict == .isolated, !report.mutants.survived.isEmpty {
      report.verdict = .inconclusive
    }
    return report
  }

  /// Begins what is rolled back in the end; gives the statements that do it.
  private func begin(_ connection: any Connection) throws -> [String] {
    guard connection.transactionStatus == .inTransaction else {
      try connection.execute("BEGIN")
      return ["ROLLBACK"]
    }
    try connection.execute("SAVEPOINT dbtool_verify")
    return ["ROLLBACK TO SAVEPOINT dbtool_verify", "RELEASE SAVEPOINT dbtool_verify"]
  }

  /// Tries the mutants of a session that has had tenants, for which the rows have to be made again.
  private func mutate(_ mutation: inout MutationRun, findings: [Finding]) throws {
    let connection = client.connection
    try connection.execute("ROLLBACK")
    _ = try begin(connection)
    try prepareTransaction(connection)
    try mutation.run(try survey(), findings: findings)
  }

  /// Tries mutants on a copy, beside the session of this verifier.
  private func worker(on copy: @escaping Copy, _ queue: MutantQueue) -> MutantWorker {
    MutantWorker { [options, seed] findings in
      let client = try copy()
      defer { client.connection.close() }
      let verifier = IsolationVerifier(options: options, client: client, seed: seed)
      return try verifier.help(queue, findings)
    }
  }

  private func help(_ queue: MutantQueue, _ findings: () -> [Finding]?) throws -> [TriedMutant] {
    let connection = client.connection
    // The main session has had tenants by then, after which a setting is empty and not NULL.
    try connection.execute(
      "SELECT set_config($1, '', false)", [.text(options.tenantSetting)])
    _ = try begin(connection)
    try prepareTransaction(connection)
    let survey = try survey()
    guard let findings = findings() else { return [] }
    var mutation = try MutationRun(survey, queue: queue, progress: progress, onTrial: tried)
    try mutation.run(survey, findings: findings)
    return mutation.tried
  }

  /// The checks that were asked for; plans want all rows in place.
  private var checks: [any IsolationCheck] {
    guard options.measuresPerformance else { return Self.checks }
    let place = Self.checks.firstIndex { $0 is UnboundRoleCheck } ?? Self.checks.endIndex
    return Self.checks[..<place] + [PerformanceCheck()] + Self.checks[place...]
  }

  /// All checks but those by request, in the order in which they have to run.
  static let checks: [any IsolationCheck] = [
    UnsetContextCheck(), TenantDefaults(), ViewProbes(isUnset: true), FunctionProbes(isUnset: true),
    ViewProbes(), LiveMaterializedViews(), FunctionProbes(), BarrierProbes(), ViewWriteProbes(),
    LeakproofProbes(), MembershipProbes(), ContextHelperProbes(), DefaultPrivilegeProbes(),
    LargeObjectProbes(), SearchPathProbes(), ImmutableContextProbes(), AuditProbes(),
    EffectProbes(), LookAlikeContexts(),
    UnboundRoleCheck(), TableCheck(),
    SharedTableNotes(), PrivilegeRules(), DefinitionRules(), OwnershipRules(),
    PredefinedRoleRules(), SequenceRules(), ForeignServerRules(), NotificationRules(),
    PolicySideEffectRules(), CopyRules(), DynamicSQLRules(), StatisticsRules(),
  ]

  /// Reads the catalog and puts the rows of two tenants in place.
  private func survey() throws -> Survey {
    let connection = client.connection
    progress("reading the catalog")
    // Before anything is set here. PostgreSQL manual, section 9.27.1: NULL for a setting that does not
    // exist, which it does for the rest of a session once it was set.
    let wasSetBefore =
      try connection.execute(
        """
        SELECT current_setting($1::text, true) IS NOT NULL AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS c
          WHERE pg_catalog.split_part(c, '=', 1) = $1::text)
        """, [.text(options.tenantSetting)]
      ).scalar == "t"
    let roles = try RoleLoader(options: options, client: client).load()
    let actors = roles.bound
    let catalog = try CatalogReader.read(from: connection)
    let model = TenancyModel(catalog: catalog, options: options.tenancy)
    guard model.tables.values.contains(where: \.isOwned) else {
      throw IsolationError.noTenantColumn(options.tenantColumn)
    }
    try checkObserver(of: model, in: catalog, connection)
    let included = catalog.sortedRelations.filter {
      model.tables[$0.oid] != nil && options.includes(schema: $0.schema, name: $0.name)
    }
    guard !included.isEmpty else { throw IsolationError.noMatchingTable(options.tables) }
    let targets = included.filter { relation in
      model.tables[relation.oid]?.isOwned == true
        && (actors + roles.unbound).contains { $0.hasAnyPrivilege(on: relation.oid) }
    }
    // A view or a function of the owner may show a table that the role itself may not use.
    let filled = included.filter { model.tables[$0.oid]?.isOwned == true && !$0.isPartition }
    let toFill = Set(targets.map(\.oid)).union(filled.map(\.oid))
    progress("making rows of two tenants for \(Plural.count(toFill.count, "table"))")
    var stage = try Stage(
      catalog: catalog, model: model, options: options, targets: toFill.sorted(), seed: seed,
      connection: connection)
    if options.live != nil {
      stage.isSilent = try LiveReport.mayKeepTriggersSilent(connection)
    }
    try stage.place(on: connection)
    if options.live != nil { try stage.readRows(of: toFill.sorted(), on: connection) }
    var callable: [String: Set<UInt32>] = [:]
    for actor in actors {
      callable[actor.role.name] = try CatalogReader.definerFunctions(
        executableBy: actor.role.name, from: connection)
    }
    var survey = Survey(
      client: client, options: options, catalog: catalog, model: model, actors: actors,
      unbound: roles.unbound, included: included, targets: targets, callable: callable,
      surroundings: try CatalogReader.surroundings(of: actors.map(\.role.name), from: connection),
      stage: stage, values: StageValues(stage))
    for (role, reason) in roles.missed { survey.coverage.missed(.role, role, reason) }
    if wasSetBefore {
      survey.coverage.missed(
        .check, "a session that never set \(options.tenantSetting)",
        "somebody had set it before in the session that a pooler or the Data API gave: there it is "
          + "empty, and not NULL as in a new session; run it again, or connect to the server itself"
      )
    }
    return survey
  }

  private func checkSettingName(_ name: String) throws {
    // Custom settings need a prefix (PostgreSQL manual, section 20.16 "Customized Options").
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isValid =
      parts.count >= 2
      && parts.allSatisfy { part in
        part.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
          && part.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$")
          }
      }
    guard isValid else { throw IsolationError.invalidSetting(name) }
  }

  /// Whoever looks on must see all rows, be it only as the owner of all tables that belong to
  /// tenants.
  private func checkObserver(
    of model: TenancyModel, in catalog: Catalog, _ connection: any Connection
  ) throws {
    let owned = model.tables.filter(\.value.isOwned).keys.sorted().map { String($0) }
    let result = try connection.execute(
      """
      SELECT session_user::text,
        (SELECT r.rolsuper OR r.rolbypassrls FROM pg_catalog.pg_roles r
         WHERE r.rolname = session_user)::text,
        count(*)::text,
        pg_catalog.array_agg(c.oid) FILTER (WHERE pg_catalog.row_security_active(c.oid)
          OR NOT pg_catalog.pg_has_role(c.relowner, 'USAGE'))::text
      FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::oid[])
      """, [.text(PostgresArray.text(of: owned))])
    guard let row = result.rows.first, !row.bool(1), let bound = row[3] else { return }
    let session = row.text(0)
    let names = PostgresArray.elements(of: bound).compactMap { $0 }
      .compactMap { UInt32($0) }.compactMap { catalog.relations[$0]?.displayName }.sorted()
    guard names.count < owned.count else {
      throw IsolationError.boundByRowSecurity(session: session)
    }
    throw IsolationError.boundOnTables(session: session, tables: names)
  }

  private func checkTenantType(_ connection: any Connection) throws {
    guard let type = options.tenantType else { return }
    // Before version 16 a name that is no name is an error instead of NULL.
    let question = PipelineStatement("SELECT to_regtype($1)::text", [.text(type)])
    guard try connection.ask([question])[0].result?.scalar != nil else {
      throw IsolationError.unknownType(type)
    }
  }

  private var statementTimeout: String {
    guard let deadline = options.deadline else { return options.live?.statementTimeout ?? "60s" }
    let seconds = ContinuousClock().now.duration(to: deadline) / .seconds(1)
    return "\(max(1, Int(seconds * 1_000)))ms"
  }

  private func prepareTransaction(_ connection: any Connection) throws {
    // No probe may wait long behind the application, nor the application behind a probe.
    let outcomes = try connection.pipeline([
      PipelineStatement(
        "SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)",
        [
          .text(options.live?.lockTimeout ?? "5s"),
          .text(statementTimeout),
        ]),
      // A policy that calls row_security-dependent code must behave as for the application.
      PipelineStatement("SET LOCAL row_security = on"),
      PipelineStatement("SET CONSTRAINTS ALL DEFERRED"),
      PipelineStatement("SELECT pg_is_in_recovery()::text"),
    ])
    if let error = outcomes.lazy.compactMap(\.error).first { throw error }
    if outcomes.last?.result?.scalar == "true" { throw IsolationError.standby }
  }
}
