import ArgumentParser
import DatabaseInstrumentation
import Reports
import Seeding
import Wording

/// `dbtool seed remove`.
struct SeedRemove: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Delete one tenant completely, and prove that nothing of it is left.",
    discussion: """
      Deletes the tenant's rows in the order of foreign keys, in one transaction. Before COMMIT every \
      table is asked for rows of the tenant, the rows of all others are compared with what they were \
      before, and every column that may hold the tenant's id is asked for it. If a row is left or a \
      row of somebody else has changed, everything is rolled back (exit code 1).

      People who belong to other tenants too stay, and so do rows of tables that are nobody's or to \
      which isolation does not apply. Where the tenant's id still stands in them, they are named and \
      the exit code is 1.

      Shows what would be deleted and asks, unless --yes is given. Writing to the tenant's tables is \
      held up meanwhile. Connect as a superuser or a role with BYPASSRLS.

      Examples:
        dbtool seed remove --tenant acme --dry-run
        dbtool seed remove --tenant acme --yes
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @OptionGroup var protection: ProtectionOptions
  @Option(help: "The id of the tenant.")
  var tenant: String
  @Flag(help: "Only say what would be deleted.")
  var dryRun = false
  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false
  @Option(help: "The column that holds the tenant's id (tenant_id).")
  var tenantColumn: String?
  @Option(help: "How long to wait for the locks of the tables, for example 2s (default: 5s).")
  var lockTimeout: LockTimeout?

  var memory: RunMemory? { dryRun ? .check("seed remove") : .change("seed remove") }

  func run(in session: Session) throws -> ExitStatus {
    if !dryRun { try ProtectedEnvironment.check(session, protection, "remove a tenant") }
    let console = session.console
    let connection = try session.connect()
    let client = InstrumentedClient(
      connection: connection, settings: session.configuration.tenancy.contextSettings)
    var removal = TenantRemoval(
      options: try SeedTenancy.options(session, tenantColumn: tenantColumn, on: connection))
    if let lockTimeout { removal.lockTimeout = lockTimeout.setting }
    let plan = try removal.plan(tenant, client: client)
    if dryRun {
      try console.result(TenantDataReports.removal(plan), json: TenantDataReports.RemovalJSON(plan))
      return .good
    }
    if !yes {
      for line in TenantDataReports.lines(plan) { console.progress(line) }
      let rows = Plural.count(plan.rows, "row")
      guard try console.isAgreed("Delete \(rows) of tenant \(plan.tenant.debugDescription)?") else {
        throw UsageError("not agreed: nothing was deleted")
      }
    }
    defer { console.clearStatus() }
    let report = try removal.remove(tenant, client: client) { progress in
      switch progress {
      case .table(let name, let rows):
        console.progress("remove  \(name)  \(Plural.count(rows, "row"))")
      case .stage(let what):
        console.detail(what)
        console.status(what)
      }
    }
    session.run.count("rows", report.rows)
    try console.result(
      TenantDataReports.removal(report), json: TenantDataReports.RemovalJSON(report))
    return report.left.isEmpty ? .good : .found
  }
}
