import ArgumentParser
import DatabaseInstrumentation
import Isolation
import LocalPostgres
import Policies
import Postgres
import Reports
import Seeding
import Wording

extension GateRun {
  /// Plans and applies the policies, and checks that nothing is left to do.
  mutating func policies() throws -> StageResult {
    let configuration = session.configuration
    guard Files.exists(configuration.place(configuration.policies)) else {
      return .skipped("there is no folder \(configuration.policies)")
    }
    let connection = try session.sharedConnection()
    do {
      let directory = try PoliciesCommand.directory(session)
      let runner = PoliciesCommand.runner(session)
      let plan = try runner.plan(directory, on: connection)
      let undecided = GateFindings.undecided(plan)
      // Nothing is verified before COMMIT: verify-rls comes next and looks at everything.
      let done = try runner.apply(
        plan, on: connection, consent: PolicyConsent(isUnconditional: true))
      let rest = try runner.plan(directory, on: connection)
      let count = done.changed.isEmpty ? done.applied.count : done.changed.count
      let what = done.changed.isEmpty ? "file" : "object"
      return StageResult(
        "\(Plural.count(count, what)) applied, "
          + (rest.isEmpty ? "nothing is left to do" : "and they differ at once"),
        findings: undecided + GateFindings.unstable(rest, definitions))
    } catch {
      guard
        var found = StageResult.found(
          error, GateRules.policiesFail, stage: .policies, rights)
      else { throw error }
      found.isObstacle = true
      return found
    }
  }

  /// Loads the seeds of the tenants that the configuration names.
  mutating func seed() throws -> StageResult {
    let configuration = session.configuration
    guard session.url == "ephemeral:" else {
      return .skipped("the database is not a throwaway one, and keeps its rows")
    }
    guard Files.exists(configuration.place(configuration.seeds)) else {
      return .skipped("there is no folder \(configuration.seeds)")
    }
    try takeOnRoles()
    do {
      let scope = try SeedScope(.parse([]), .parse([]), in: session)
      defer { scope.client.connection.close() }
      if scope.tenants.isEmpty, scope.rows == nil,
        scope.directory.files.contains(where: { $0.scope == .tenant })
      {
        return .skipped("no tenant is named: seed.tenants in \(ConfigurationFile.name)")
      }
      let done = try scope.files.run(try scope.filePlan(), client: scope.client) { _ in }
      var made = 0
      if let prepared = try scope.rowPlan() {
        made = try scope.generation.load(prepared, on: scope.client.connection).written
      }
      session.run.count("rows", done.rows + made)
      let more = made > 0 ? ", \(GroupedNumber.text(made)) rows made up" : ""
      return StageResult(
        "\(Plural.count(done.ranCount, "step")), \(Plural.count(done.rows, "row"))\(more)")
    } catch {
      guard
        let found = StageResult.found(error, GateRules.seedFails, stage: .seed, rights)
      else { throw error }
      return found
    }
  }

  /// Makes the user of a contained server a member of the roles that the project made, as which seeds are
  /// loaded and probes are run.
  ///
  /// A superuser needs no membership, and the project's files need not give one. A role that cannot be
  /// taken on, such as one that is itself a member of the user, is told of where it is needed.
  private func takeOnRoles() throws {
    guard rights != .superuser else { return }
    try session.sharedConnection().execute(
      """
      DO $$ DECLARE role name; BEGIN
        FOR role IN SELECT rolname FROM pg_catalog.pg_roles
          WHERE oid >= 16384 AND NOT rolsuper AND rolname <> current_user
            AND NOT pg_catalog.pg_has_role(rolname, current_user, 'MEMBER')
        LOOP
          BEGIN
            EXECUTE pg_catalog.format('GRANT %I TO CURRENT_USER', role);
          EXCEPTION WHEN insufficient_privilege THEN NULL;
          END;
        END LOOP;
      END $$
      """)
  }

  /// Tries to reach other tenants' rows.
  mutating func verify() throws -> StageResult {
    var setup = try IsolationSetup(session)
    guard !setup.options.roles.isEmpty else {
      throw UsageError(
        "no role of the application is named",
        remedy: "write tenancy: {roles: [app_user]} into \(ConfigurationFile.name)")
    }
    try takeOnRoles()
    setup.options.mutates = options.mutate
    setup.options.tellsProbes = true
    let copies = options.mutate ? try DatabaseCopies(of: session) : nil
    let client = try setup.client(session)
    defer { client.connection.close() }
    let console = session.console
    let isolation = try IsolationVerifier(
      options: setup.options, client: client,
      progress: { console.status("verify-rls: \($0)") },
      copies: copies?.clients(setup.options) ?? []
    ).verify()
    session.run.count("probes", isolation.probes.run)
    let findings = IsolationFindings(isolation: isolation, definitions: definitions)
    report.isolation = findings.section
    return StageResult(findings.summary, findings: findings.findings)
  }
}
