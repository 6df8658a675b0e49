import ArgumentParser
import DatabaseInstrumentation
import Isolation
import Policies
import Postgres
import Reports
import SQLSyntax
import Wording

/// `dbtool verify-rls`.
struct VerifyRLS: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-rls",
    abstract: "Prove by real queries that no tenant can reach another one's rows.",
    discussion: """
      Makes rows of two tenants for every table, inside a transaction that is always rolled back, and \
      tries as the application's role to read, insert, change, take over and delete the other one's: \
      in both directions, without a tenant, and with an empty one. A table counts as isolated only if \
      the tenant could do it to its own rows.

      Connect as a superuser or a role with BYPASSRLS, since the outcome must be seen from outside.

      --mutate asks whether the probes would notice. It weakens each policy, flag, privilege and view \
      option in turn and expects a finding that was not there before; a mutant that survives is a \
      blind spot and is listed with its SQL. Nothing of it stays, but it is DDL, which locks a table \
      against everybody else (ACCESS EXCLUSIVE) while its mutants are tried: for throwaway and \
      staging databases.

      --performance fills the tables with rows of many tenants and asks the server for its plans, with \
      and without what may help: an index that begins with the tenant column, a function inside \
      (SELECT …), a subquery that is computed first. What proves at least twice as fast is a note, \
      which fails nothing. Nothing of it stays, but the tables are locked meanwhile (ACCESS EXCLUSIVE).

      Exit codes: 0 isolated, 1 at least one leak, 4 something could not be concluded, a \
      mutant survived, or with --strict was not covered.

      Examples:
        dbtool verify-rls --role app_user
        dbtool verify-rls --role app_user --tenant-column org_id --tenant-setting app.org --tables 'crm.*'
        dbtool verify-rls --role app_user --mutate
        dbtool verify-rls --role app_user --performance
        dbtool verify-rls --format json > isolation.json
        dbtool verify-rls --scripts-to findings
        dbtool verify-rls --explain using-true
        dbtool verify-rls --live --strict
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Option(
    name: .customLong("role"), help: "A role of the application; may be given several times.")
  var roles: [String] = []
  @Option(help: "The column that holds the tenant's id (tenant_id).")
  var tenantColumn: String?
  @Option(help: "The setting that the policies read (app.current_tenant_id).")
  var tenantSetting: String?
  @Option(help: "The type of tenant ids, when the tables do not tell.")
  var tenantType: String?
  @Option(
    parsing: .upToNextOption, help: "Only tables that match one of these patterns, with * and ?.")
  var tables: [String] = []
  @Flag(help: "Weaken the schema in many ways and see whether the probes notice (takes DDL locks).")
  var mutate = false
  @Flag(help: "Find policies that make queries slow, over rows of many tenants (takes DDL locks).")
  var performance = false
  @Flag(help: "Show with each finding the script for psql that does it.")
  var scripts = false
  @Option(
    help: "Write the scripts of all findings, and their fixes, into this folder.",
    completion: .directory)
  var scriptsTo: String?
  @Option(
    help: "Tell what a rule is about, instead of verifying: its name, all, or list.",
    completion: .list(["all", "list"] + RuleBook.all.map(\.name)))
  var explain: String?
  @Flag(help: "Leave out the roles that the named ones can become with SET ROLE.")
  var onlyNamedRoles = false
  @Flag(
    help:
      "Run beside an application at work: no DDL, no lock that its queries wait for, no real row.")
  var live = false
  @Option(help: "With --live, how long a statement may wait for a lock, for example 250ms.")
  var lockTimeout: LockTimeout?
  @Flag(help: "Exit with 4 when anything was not covered, even where no hole is suspected.")
  var strict = false

  @OptionGroup var reports: ReportArguments

  var formats: [OutputFormat] { OutputFormat.allCases }

  func validate() throws {
    if lockTimeout != nil, !live { throw ValidationError("--lock-timeout needs --live") }
    if mutate, live {
      throw ValidationError("--mutate is DDL, which --live does not run: use one of them")
    }
    if performance, live {
      throw ValidationError(
        "--performance fills tables and makes indexes, which --live does not: use one of them")
    }
  }

  var memory: RunMemory? {
    // Beside an application at work nothing stays, not even that.
    guard explain == nil else { return nil }
    return live ? .metricsOnly("verify-rls") : .check("verify-rls")
  }

  func run(in session: Session) throws -> ExitStatus {
    if let explain {
      let rules = try ExplainedRules(explain)
      try session.console.result(explain == "list" ? rules.list : rules.text, json: rules)
      return .good
    }
    var setup = try IsolationSetup(session, roles: roles)
    if let tenantColumn { setup.options.tenantColumn = tenantColumn }
    if let tenantSetting { setup.options.tenantSetting = tenantSetting }
    if let tenantType { setup.options.tenantType = tenantType }
    setup.options.tables = tables
    setup.options.mutates = mutate
    setup.options.measuresPerformance = performance
    setup.options.tellsProbes = global.format == .html || !reports.files.isEmpty
    setup.options.probesReachableRoles = !onlyNamedRoles
    if live {
      setup.options.live = LiveLimits()
      if let lockTimeout { setup.options.live?.lockTimeout = lockTimeout.setting }
    }
    guard !setup.options.roles.isEmpty else { throw IsolationError.noRole }
    try reports.check(beside: session.console.outputFile)
    // Not after the work was done.
    if let scriptsTo { try Files.makeFolder(scriptsTo) }
    let console = session.console
    let client = try setup.client(session, runsDDL: !live)
    defer { console.clearStatus() }
    let report = try IsolationVerifier(
      options: setup.options, client: client,
      progress: { step in
        console.detail(step)
        console.status("verify-rls: \(step)")
      },
      tried: { console.status("verify-rls: \($0) of \(Plural.count($1, "mutant"))") }
    ).verify()
    console.clearStatus()
    session.run.count("probes", report.probes.run)
    session.run.count("findings", report.findings.count)
    for (key, figures) in session.summary.snapshot.sorted(by: { $0.value.count > $1.value.count })
    where key.tenant != nil {
      console.detail(
        "\(key.tenant ?? "")  \(key.kind.rawValue)  \(key.status)  \(figures.count) operations")
    }
    if let scriptsTo {
      let files = try FindingScripts(findings: report.findings).write(to: scriptsTo)
      console.progress("\(Plural.count(files.count, "file")) written to \(scriptsTo)")
    }
    let status: ExitStatus =
      switch report.verdict {
      case .isolated: strict && !report.coverage.isComplete ? .inconclusive : .good
      case .leak: .found
      case .inconclusive: .inconclusive
      }
    let found = IsolationFindings(isolation: report, definitions: Definitions(session))
    var check = SingleCheck(
      session, "verify-rls", .verify, status, summary: found.summary, findings: found.findings
    ).report
    check.isolation = found.section
    try console.result(
      IsolationReports.text(report, isStrict: strict, showsScripts: scripts), check, json: report,
      also: reports)
    return status
  }
}
