import DatabaseInstrumentation
import Postgres
import Reports
import Seeding
import Wording

/// The rows that a run of `dbtool seed` makes up.
struct SeedGeneration {
  let arguments: GenerationArguments
  let session: Session
  /// How many connections load at a time.
  let connections: Int

  /// What is to be made up; nil when neither files nor arguments ask for rows.
  ///
  /// - Parameter tenants: The tenants that are named.
  func options(
    _ manifest: SeedManifest, tenants: [String], on connection: any Connection
  ) throws -> GenerationOptions? {
    let isAsked = arguments.isAsked || manifest.asksForRows
    guard isAsked else { return nil }
    var options = GenerationOptions()
    options.manifest = manifest
    options.seed = arguments.randomSeed
    options.rows = arguments.rows
    options.tenants = tenants
    options.newTenants = arguments.newTenants ?? manifest.tenants.count ?? 0
    if let today = arguments.today.flatMap({ GenerationOptions.day($0) }) { options.today = today }
    options.tenancy = try SeedTenancy.options(session, on: connection)
    return options
  }

  /// What makes and loads the rows.
  var runner: GenerationRunner {
    GenerationRunner(
      toolVersion: Version.current, runID: session.run.id,
      settings: session.configuration.tenancy.contextSettings, workers: connections)
  }

  /// Loads what is prepared.
  func load(
    _ prepared: GenerationRunner.Prepared, on connection: any Connection
  ) throws -> GenerationReport {
    let console = session.console
    defer { console.clearStatus() }
    let (open, instrument) = (try session.connector(), session.instrument())
    return try runner.run(
      prepared, on: connection, open: { instrument(try open()) },
      isStopped: { Interrupts.cancellation.isRequested }, progress: { console.status($0.words) })
  }

  /// The plan in words.
  static func report(_ report: GenerationReport, showsColumns: Bool) -> Report {
    var text = Report()
    let tenants = report.tenants.count
    text.line(
      "random seed \(report.seed): \(GroupedNumber.text(report.rows)) rows in "
        + "\(Plural.count(report.tables.count, "table")) for \(Plural.count(tenants, "tenant"))")
    let width = report.tables.map(\.name.count).max() ?? 0
    let numbers = report.tables.map { GroupedNumber.text($0.rows) }
    let most = numbers.map(\.count).max() ?? 0
    for (table, number) in zip(report.tables, numbers) {
      let name = table.name + String(repeating: " ", count: width - table.name.count)
      let rows = String(repeating: " ", count: most - number.count) + number
      var line = "  \(name)  \(rows)"
      if let counts = table.byTenant, counts.count > 1, let least = counts.min(),
        let greatest = counts.max()
      {
        line +=
          least == greatest
          ? "  \(GroupedNumber.text(least)) each"
          : "  \(GroupedNumber.text(least)) to \(GroupedNumber.text(greatest)) a tenant"
      }
      text.line(line)
      guard showsColumns else { continue }
      for column in table.columns { text.line("    \(column.name): \(column.source)") }
    }
    for note in report.notes { text.line("note: \(note)") }
    return text
  }
}

/// Made-up rows as programs read them.
struct GenerationJSON: Encodable {
  struct Table: Encodable {
    var name: String
    var rows: Int
    var byTenant: [String: Int]?
    var columns: [String: String]?
  }

  var randomSeed: UInt64
  var rows: Int
  var written: Int
  var tenants: [String]
  var tables: [Table]
  var notes: [String]

  init(_ report: GenerationReport, showsColumns: Bool = false) {
    randomSeed = report.seed
    rows = report.rows
    written = report.written
    tenants = report.tenants
    notes = report.notes
    tables = report.tables.map { table in
      Table(
        name: table.name, rows: table.rows,
        byTenant: table.byTenant.map {
          Dictionary(zip(report.tenants, $0), uniquingKeysWith: { first, _ in first })
        },
        columns: showsColumns
          ? Dictionary(table.columns.map { ($0.name, $0.source) }, uniquingKeysWith: { $1 }) : nil)
    }
  }
}
