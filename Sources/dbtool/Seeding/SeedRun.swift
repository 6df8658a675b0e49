import ArgumentParser
import DatabaseInstrumentation
import Postgres
import Reports
import Seeding
import Wording

/// `dbtool seed run`, which `dbtool seed` stands for.
struct SeedRun: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Fill tenants with rows, from seed files and made up.",
    discussion: """
      Runs the files of seeds/ (.sql, and rows as .csv, .tsv, .jsonl or .ndjson) in the order of \
      their names, then those of seeds/base/ and of the profiles' folders, once for each tenant, \
      in the tenant's own context and as the application's role: a seed cannot do what the \
      application could not. ${tenant_id} is the tenant. A .sql file that says \
      "-- dbtool: as-admin" at its top runs once, as the role that is connected. What was done \
      with the same contents is not done again.

      A file of rows is called after its table. Rows whose key is there already are left alone; \
      seeds/*.yaml say otherwise: files: {040_properties.csv: {on-conflict: update}}.

      Rows are made up where --tenants or --rows ask for them, or tables: in seeds/*.yaml: values fit \
      the columns' types, CHECKs, keys and foreign keys, stays do not overlap, and some tenants have \
      many rows and most have few. The same --random-seed gives the same rows everywhere. What was \
      interrupted goes on where it was. Made-up rows are written as the role that is connected.

      Tenants, role and profile come from dbtool.yaml (seed.tenants, seed.role, seed.profile) or \
      from the options.

      Examples:
        dbtool seed --tenant 11111111-1111-4111-8111-111111111111 --profile dev
        dbtool seed --tenants 50 --rows 1000000
        dbtool seed --tenants 50 --rows 1000000 --truncate --random-seed 7
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @OptionGroup var files: SeedFileArguments
  @OptionGroup var generation: GenerationArguments
  @Option(help: "How many connections load made-up rows at a time.")
  var connections = 2
  @Flag(help: "Empty the tenants' tables before, and run everything anew.")
  var truncate = false
  @Flag(help: "Do not ask before tables are emptied.")
  var yes = false
  @OptionGroup var protection: ProtectionOptions
  @Flag(help: "Only say what would be done.")
  var dryRun = false

  var memory: RunMemory? { dryRun ? .check("seed") : .change("seed") }

  func validate() throws {
    if !(1...64).contains(connections) { throw ValidationError("--connections must be 1 to 64") }
  }

  func run(in session: Session) throws -> ExitStatus {
    let scope = try SeedScope(files, generation, connections: connections, in: session)
    if truncate { try empty(scope, session) }
    let plan = try scope.filePlan()
    var json = SeedJSON(steps: SeedJSON.steps(of: plan))
    var report = Report()
    if dryRun || plan.isEmpty {
      // Who has no files and only makes rows up hears nothing of files.
      if !scope.directory.files.isEmpty || scope.rows == nil {
        for line in plan.description.split(separator: "\n") { report.line(String(line)) }
      }
    } else {
      let done = try run(plan, scope, session)
      json.steps = SeedJSON.steps(of: done)
      report.line("seeds: \(done.ranCount) steps, \(done.rows) rows", .good)
    }
    // Only now, since rows that files bring may be referred to.
    if let prepared = try scope.rowPlan() {
      let made = try make(prepared, scope, session)
      json.generated = GenerationJSON(made)
      report.sections += SeedGeneration.report(made, showsColumns: false).sections
      let state =
        dryRun
        ? "nothing was written"
        : prepared.isFinished
          ? "these rows are there already"
          : "\(GroupedNumber.text(made.written)) rows written"
      report.line(state, dryRun ? .plain : .good)
    }
    try session.console.result(report, json: json)
    return .good
  }

  /// A clean start.
  private func empty(_ scope: SeedScope, _ session: Session) throws {
    try ProtectedEnvironment.check(session, protection, "empty tables")
    let connection = scope.client.connection
    let truncation = try SeedTruncation(
      tenancy: try SeedTenancy.options(session, on: connection),
      manifest: scope.directory.manifest, on: connection)
    let what =
      "\(Plural.count(truncation.tables.count, "table")) with about "
      + "\(GroupedNumber.text(truncation.estimatedRows)) rows"
    for table in truncation.tables { session.console.progress("empty  \(table)") }
    guard !dryRun else { return }
    if !yes {
      guard try session.console.isAgreed("Empty \(what)?") else {
        throw UsageError("nothing was emptied", remedy: "answer y, or leave --truncate out")
      }
    }
    try truncation.run(on: connection)
    session.console.progress("emptied \(what)")
  }

  private func make(
    _ prepared: GenerationRunner.Prepared, _ scope: SeedScope, _ session: Session
  ) throws -> GenerationReport {
    guard !dryRun else { return GenerationReport(plan: prepared.plan, written: 0) }
    try ProtectedEnvironment.check(session, protection, "make rows up")
    if prepared.isResumed { session.console.progress("seed  going on where the last run stopped") }
    let made = try scope.generation.load(prepared, on: scope.client.connection)
    session.run.count("generated", made.written)
    return made
  }

  private func run(
    _ plan: SeedPlan, _ scope: SeedScope, _ session: Session
  ) throws -> SeedReport {
    let console = session.console
    defer { console.clearStatus() }
    let done = try scope.files.run(plan, client: scope.client) { progress in
      switch progress {
      case .began(let step): console.status("seed  \(step)")
      case .sent(let step, let bytes, let total):
        console.status("seed  \(step)  \(bytes / 1_048_576) of \(total / 1_048_576) MiB")
      case .finished(let entry):
        guard case .ran(let rows, _) = entry.outcome else { return }
        console.progress("seed  \(entry.step)  \(Self.words(rows))")
      }
    }
    session.run.count("rows", done.rows)
    session.run.count("files", done.ranCount)
    return done
  }

  private static func words(_ rows: SeedRowCounts) -> String {
    var words = "\(rows.written) rows"
    if rows.updated > 0 { words += ", \(rows.updated) of them updated" }
    if rows.existing > 0 { words += ", \(rows.existing) left out" }
    return words
  }
}
