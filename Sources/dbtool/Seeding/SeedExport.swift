import ArgumentParser
import DatabaseInstrumentation
import Reports
import Seeding
import Wording

/// `dbtool seed export`.
struct SeedExport: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Take one tenant's rows out as seed files, with columns masked.",
    discussion: """
      Writes the rows of one tenant, and of what they refer to, into a new folder of seed files in the \
      order of foreign keys: an empty database with the same schema can load them. All are read in \
      one transaction that sees one moment.

      Columns are masked as seeds/*.yaml say: tables: guests: columns: email: {mask: email}. Equal \
      values become equal ones, different values stay different where the schema wants it, and the \
      server judges the masked rows by its CHECKs before they are given out. Columns that look \
      personal and have no mask are listed; with --strict they are refused.

      Connect as a superuser or a role with BYPASSRLS, since no policy may hide a row.

      Examples:
        dbtool seed export --tenant acme
        dbtool seed export --tenant acme --output-folder /tmp/acme --strict
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Option(help: "The id of the tenant.")
  var tenant: String
  @Option(
    help: "The folder to write into; it must be new or empty (tenant-ID).", completion: .directory)
  var outputFolder: String?
  @Flag(help: "Replace an earlier export in the folder.")
  var overwrite = false
  @Option(help: "A secret that makes masks the same in every export (default: random).")
  var maskSeed: String?
  @Flag(help: "Refuse, with exit code 1, when a column looks personal and nothing is said of it.")
  var strict = false
  @Option(help: "The column that holds the tenant's id (tenant_id).")
  var tenantColumn: String?

  var memory: RunMemory? { .check("seed export") }

  func run(in session: Session) throws -> ExitStatus {
    let configuration = session.configuration
    let connection = try session.connect(runsDDL: false)
    let client = InstrumentedClient(
      connection: connection, settings: configuration.tenancy.contextSettings)
    var export = TenantExport(
      options: try SeedTenancy.options(session, tenantColumn: tenantColumn, on: connection),
      manifest: try manifest(configuration))
    export.maskSeed = maskSeed
    export.isStrict = strict
    export.overwrites = overwrite
    let console = session.console
    console.status("export")
    defer { console.clearStatus() }
    let report = try export.run(tenant, to: outputFolder ?? defaultFolder, client: client) {
      if case .table(let name, let rows) = $0 {
        console.progress("export  \(name)  \(Plural.count(rows, "row"))")
        console.status("export: after \(name)")
      }
    }
    session.run.count("rows", report.rows)
    session.run.count("files", Set(report.tables.map(\.file)).count)
    for note in report.notes { console.warning(note) }
    if !report.unmasked.isEmpty, console.format == .text {
      console.warning(
        "not masked, though they look personal: \(report.unmasked.joined(separator: ", "))")
    }
    try console.result(
      TenantDataReports.exported(report), json: TenantDataReports.ExportJSON(report))
    return .good
  }

  /// What the seeds folder says of masks; nothing without such a folder.
  private func manifest(_ configuration: Configuration) throws -> SeedManifest {
    do {
      return try SeedDirectory.load(
        configuration.place(configuration.seeds), profiles: configuration.seeding.profiles
      ).manifest
    } catch  where error.code == .missingFolder {
      return SeedManifest()
    }
  }

  /// `tenant-ID` without what a file's name should not have.
  private var defaultFolder: String {
    let safe = tenant.unicodeScalars.prefix(64).map { scalar in
      let isPlain = scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9" ~= scalar)
      return isPlain || scalar == "-" || scalar == "_" ? Character(scalar) : "-"
    }
    return "tenant-" + String(safe)
  }
}
