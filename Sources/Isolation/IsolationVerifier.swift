package import Instrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Proves, by doing it, whether one tenant can reach another one's rows.
///
/// Everything happens inside one transaction that is always rolled back.
package struct IsolationVerifier {
  private let options: IsolationOptions
  private let client: InstrumentedClient
  private let seed: UInt64
  private let progress: (String) -> Void

  /// A verifier over a session that may become the application's roles and that row-level security
  /// does not bind.
  ///
  /// - Parameters:
  ///   - options: What is known about the application.
  ///   - client: The session; it must be idle and have had no tenant context yet.
  ///   - seed: Equal seeds make equal rows.
  ///   - progress: Hears a phrase for each step, for example `probing 12 tables as app_user`.
  package init(
    options: IsolationOptions, client: InstrumentedClient, seed: UInt64 = 0x5EED,
    progress: @escaping (String) -> Void = { _ in }
  ) {
    self.options = options
    self.client = client
    self.seed = seed
    self.progress = progress
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
    try connection.execute("BEGIN")
    defer { _ = try? connection.execute("ROLLBACK") }
    try prepareTransaction(connection)
    var survey = try survey()
    var outcome = CheckOutcome()
    for check in Self.checks {
      progress(check.phrase(survey))
      let part = try check.run(&survey)
      outcome.findings += part.findings
      outcome.probes += part.probes
    }
    let seconds = start.duration(to: clock.now)
    return ReportBuilder(survey: survey, outcome: outcome).report(seconds: seconds / .seconds(1))
  }

  /// All checks, in the order in which they have to run.
  private static let checks: [any IsolationCheck] = [
    UnsetContextCheck(), ViewProbes(), FunctionProbes(), TableCheck(),
    SharedTableNotes(), PrivilegeRules(), DefinitionRules(),
  ]

  /// Reads the catalog and puts the rows of two tenants in place.
  private func survey() throws -> Survey {
    let connection = client.connection
    progress("reading the catalog")
    let actors = try loadActors(connection)
    let catalog = try CatalogReader.read(from: connection)
    let model = TenancyModel(catalog: catalog, options: options)
    guard model.tables.values.contains(where: \.isOwned) else {
      throw IsolationError.noTenantColumn(options.tenantColumn)
    }
    let included = catalog.sortedRelations.filter {
      model.tables[$0.oid] != nil && options.includes(schema: $0.schema, name: $0.name)
    }
    guard !included.isEmpty else { throw IsolationError.noMatchingTable(options.tables) }
    let targets = included.filter { relation in
      model.tables[relation.oid]?.isOwned == true
        && actors.contains { $0.hasAnyPrivilege(on: relation.oid) }
    }
    // A view or a function of the owner may show a table that the role itself may not use.
    let filled = included.filter { model.tables[$0.oid]?.isOwned == true && !$0.isPartition }
    let toFill = Set(targets.map(\.oid)).union(filled.map(\.oid))
    progress("making rows of two tenants for \(Plural.count(toFill.count, "table"))")
    var stage = try Stage(
      catalog: catalog, model: model, options: options, targets: toFill.sorted(), seed: seed,
      connection: connection)
    try stage.place(on: connection)
    var callable: [String: Set<UInt32>] = [:]
    for actor in actors {
      callable[actor.role.name] = try CatalogReader.definerFunctions(
        executableBy: actor.role.name, from: connection)
    }
    return Survey(
      client: client, options: options, catalog: catalog, model: model, actors: actors,
      included: included, targets: targets, callable: callable, stage: stage)
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

  private func loadActors(_ connection: any Connection) throws -> [Actor] {
    guard !options.roles.isEmpty else { throw IsolationError.noRole }
    let session = try connection.execute("SELECT session_user::text").scalar ?? ""
    let administrator = try CatalogReader.role(session, from: connection)
    guard
      administrator.map({ $0.isSuperuser || $0.bypassesRowSecurity }) == true
    else { throw IsolationError.boundByRowSecurity(session: session) }
    return try options.roles.map { name in
      guard let role = try CatalogReader.role(name, from: connection) else {
        throw IsolationError.unknownRole(name)
      }
      guard administrator?.isSuperuser == true || administrator?.memberships.contains(name) == true
      else { throw IsolationError.cannotBecome(role: name, session: session) }
      return Actor(
        role: role, privileges: try CatalogReader.privileges(of: name, from: connection))
    }
  }

  private func prepareTransaction(_ connection: any Connection) throws {
    // No probe may wait long behind the application, nor the application behind a probe.
    try connection.execute("SET LOCAL lock_timeout = '5s'")
    try connection.execute("SET LOCAL statement_timeout = '60s'")
    // A policy that calls row_security-dependent code must behave as for the application.
    try connection.execute("SET LOCAL row_security = on")
    try connection.execute("SET CONSTRAINTS ALL DEFERRED")
  }
}
