import DatabaseInstrumentation
import Postgres
import Seeding

/// What a run of `dbtool seed` is about: the files, the tenants, and the rows that are made up.
struct SeedScope {
  let session: Session
  let directory: SeedDirectory
  /// The tenants that are named.
  let tenants: [String]
  let client: InstrumentedClient
  let files: SeedRunner
  let rows: GenerationOptions?
  let generation: SeedGeneration

  init(
    _ arguments: SeedFileArguments, _ generated: GenerationArguments, connections: Int = 2,
    in session: Session
  ) throws {
    self.session = session
    let configuration = session.configuration
    let folder = configuration.place(configuration.seeds)
    // Rows can be made up without any file.
    var directory =
      generated.isAsked && !Files.exists(folder)
      ? SeedDirectory(path: folder, files: [])
      : try SeedDirectory.load(
        folder,
        profiles: arguments.profiles.isEmpty
          ? configuration.seeding.profiles : arguments.profiles,
        administrative: arguments.administrative)
    let manifest = directory.manifest
    let isGenerating =
      generated.isAsked || manifest.asksForRows
    var tenants = arguments.tenants
    // Who asks for new tenants means those alone, unless others are named beside them.
    if tenants.isEmpty, generated.newTenants == nil { tenants = configuration.seeding.tenants }
    if tenants.isEmpty, isGenerating { directory.files.removeAll { $0.scope == .tenant } }
    self.tenants = tenants
    self.directory = directory
    let role = arguments.role ?? configuration.seedRole
    if role == nil, directory.files.contains(where: { $0.scope == .tenant }) {
      throw UsageError(
        "no role to seed as", remedy: "give --role, or seed.role or tenancy.roles in dbtool.yaml")
    }
    client = InstrumentedClient(
      connection: try session.connect(), settings: configuration.tenancy.contextSettings, role: role
    )
    files = SeedRunner(
      tenantColumn: configuration.tenancy.column, toolVersion: Version.current,
      runID: session.run.id)
    generation = SeedGeneration(
      arguments: generated, session: session, connections: connections)
    rows = try generation.options(manifest, tenants: tenants, on: client.connection)
  }

  /// The files that would run.
  func filePlan() throws -> SeedPlan {
    try files.plan(directory, tenants: tenants, client: client)
  }

  /// The rows that would be made up; nil when none are asked for.
  func rowPlan() throws -> GenerationRunner.Prepared? {
    guard let rows else { return nil }
    let prepared = try generation.runner.prepare(rows, on: client.connection)
    guard !prepared.plan.model.recipes.isEmpty else {
      throw UsageError(
        "rows are to be made up, and no tenant is named",
        remedy: "give --tenants N for new ones, --tenant ID, or tenants: {count: N} in seeds/*.yaml"
      )
    }
    return prepared
  }
}
