import ArgumentParser
import DatabaseInstrumentation
import Postgres
import Reports
import Seeding

/// `dbtool seed run`, which `dbtool seed` stands for.
struct SeedRun: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Fill tenants with rows from seed files.",
    discussion: """
      Runs the files of seeds/ (.sql, and rows as .csv, .tsv, .jsonl or .ndjson) in the order of \
      their names, then those of seeds/base/ and of the profiles' folders, once for each tenant, \
      in the tenant's own context and as the application's role: a seed cannot do what the \
      application could not. ${tenant_id} is the tenant. A .sql file that says \
      "-- dbtool: as-admin" at its top runs once, as the role that is connected. What was done \
      with the same contents is not done again.

      A file of rows is called after its table. Rows whose key is there already are left alone; \
      seeds/*.yaml say otherwise: files: {040_properties.csv: {on-conflict: update}}.

      Tenants, role and profile come from dbtool.yaml (seed.tenants, seed.role, seed.profile) or \
      from the options.

      Example: dbtool seed --tenant 11111111-1111-4111-8111-111111111111 --profile dev
      """)

  @OptionGroup var global: GlobalOptions
  @Option(name: .customLong("tenant"), help: "The id of a tenant; may be given several times.")
  var tenants: [String] = []
  @Option(help: "The role that the files run as.")
  var role: String?
  @Option(
    name: .customLong("profile"),
    help: "A folder in the folder of seeds whose files run too; may be given several times.")
  var profiles: [String] = []
  @Option(
    name: .customLong("as-admin"),
    help: ArgumentHelp(
      "Run the files of this name once, as the role that is connected; * is any characters.",
      valueName: "pattern"))
  var administrative: [String] = []
  @Flag(help: "Only say what would be done.")
  var dryRun = false

  var memory: RunMemory? { dryRun ? .check("seed") : .change("seed") }

  func run(in session: Session) throws -> ExitStatus {
    let configuration = session.configuration
    let directory = try SeedDirectory.load(
      configuration.place(configuration.seeds),
      profiles: profiles.isEmpty ? configuration.seeding.profiles : profiles,
      administrative: administrative)
    guard let role = role ?? configuration.seedRole else {
      throw UsageError(
        "no role to seed as", remedy: "give --role, or seed.role or tenancy.roles in dbtool.yaml")
    }
    let client = InstrumentedClient(
      connection: try session.connect(), settings: configuration.tenancy.contextSettings, role: role
    )
    let runner = SeedRunner(
      tenantColumn: configuration.tenancy.column, toolVersion: Version.current,
      runID: session.run.id)
    let plan = try runner.plan(
      directory, tenants: tenants.isEmpty ? configuration.seeding.tenants : tenants, client: client)
    if dryRun || plan.isEmpty {
      var report = Report()
      for line in plan.description.split(separator: "\n") { report.line(String(line)) }
      try session.console.result(report, json: ResultJSON(plan))
      return .good
    }
    let console = session.console
    let meter = ByteMeter(console)
    let done: SeedReport
    do {
      defer { meter.clear() }
      done = try runner.run(plan, client: client) { progress in
        switch progress {
        case .began: break
        case .sent(let step, let bytes, let total):
          meter.show("seed  \(step)", bytes: bytes, of: total)
        case .finished(let entry):
          meter.clear()
          guard case .ran(let rows, _) = entry.outcome else { return }
          console.progress("seed  \(entry.step)  \(Self.words(rows))")
        }
      }
    }
    session.run.count("rows", done.rows)
    session.run.count("files", done.ranCount)
    var report = Report()
    report.line("seeds: \(done.ranCount) steps, \(done.rows) rows", .good)
    try console.result(report, json: ResultJSON(done))
    return .good
  }

  private static func words(_ rows: SeedRowCounts) -> String {
    var words = "\(rows.written) rows"
    if rows.updated > 0 { words += ", \(rows.updated) of them updated" }
    if rows.existing > 0 { words += ", \(rows.existing) left out" }
    return words
  }

  /// What `seed` gives to programs.
  struct ResultJSON: Encodable {
    struct Step: Encodable {
      var file: String
      var tenant: String?
      var state: String
      /// Rows written, those that were updated included.
      var rows: Int?
      var updated: Int?
      var existing: Int?
    }

    var steps: [Step]

    init(_ plan: SeedPlan) {
      steps = plan.steps.map {
        Step(file: $0.file.name, tenant: $0.tenant, state: $0.state.rawValue)
      }
    }

    init(_ report: SeedReport) {
      steps = report.entries.map { entry in
        guard case .ran(let rows, _) = entry.outcome else {
          return Step(file: entry.step.file.name, tenant: entry.step.tenant, state: "skipped")
        }
        return Step(
          file: entry.step.file.name, tenant: entry.step.tenant, state: "done", rows: rows.written,
          updated: rows.updated, existing: rows.existing)
      }
    }
  }
}
