import ArgumentParser
import Policies
import Postgres
import Reports
import Wording

extension PoliciesCommand {
  /// `dbtool policies init`.
  struct Init: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "init",
      abstract: "Write a manifest from the database, or bring the one there is up to date.",
      discussion: """
        Reads tables, foreign keys, policies and privileges, and writes policies/isolation.yaml so \
        that what the database does now stays: policies that say more than a table's place in the \
        manifest are written out. What only a person can decide is marked undecided, and apply \
        refuses to work until it is not.

        Run again it keeps every line there is, adds new tables, and marks those that are gone. With \
        --check it writes nothing and exits with 1 when it would.

        --from payload is for a database of Payload CMS: collections with their arrays, blocks, \
        locales and versions are recognised by their foreign keys, and every table gets a line with \
        the reason. A database with the table payload_migrations is taken for one.

        Examples:
          dbtool policies init
          dbtool policies init --role app_user --tenant-column org_id
          dbtool policies init --from payload --role payload
          dbtool policies init --check
        """)

    /// Whose conventions are looked for.
    enum Origin: String, CaseIterable, ExpressibleByArgument {
      case database
      case payload
    }

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(
      name: .customLong("role"), help: "A role of the application; may be given several times.")
    var roles: [String] = []
    @Option(help: "The column that holds the tenant's id.")
    var tenantColumn: String?
    @Option(help: "The setting that holds the tenant's id of a transaction.")
    var tenantSetting: String?
    @Option(
      name: .customLong("schema"),
      help: ArgumentHelp(
        "A schema whose tables it is about; may be given several times.",
        discussion: "By default those whose tables have the tenant column or policies."))
    var schemas: [String] = []
    @Option(help: "Whose conventions to look for; by default what the tables look like.")
    var from: Origin?
    @Option(help: "With Payload, the table of tenants.")
    var tenantsTable = "tenants"
    @Flag(help: "Write nothing, and exit with 1 when there is something to write.")
    var check = false
    @Flag(help: "Print the manifest instead of writing it.")
    var dryRun = false

    var memory: RunMemory? { .check("policies init") }

    func run(in session: Session) throws -> ExitStatus {
      let tenancy = session.configuration.tenancy
      var options = ManifestDrafter.Options(defaults: tenancy.manifestDefaults)
      if !roles.isEmpty { options.defaults.roles = roles }
      if let tenantColumn { options.defaults.tenantColumn = tenantColumn }
      if let tenantSetting { options.defaults.tenantSetting = tenantSetting }
      options.isTenantGiven =
        tenantColumn != nil || tenantSetting != nil || tenancy.isTenantConfigured
      if !schemas.isEmpty { options.schemas = schemas }
      options.payload = from.map { $0 == .payload }
      options.tenantsTable = tenantsTable

      let folder = session.configuration.place(session.configuration.policies)
      let directory =
        Files.exists(folder)
        ? try PolicyDirectory.load(folder, defaults: tenancy.manifestDefaults) : nil
      let existing = directory?.manifest
      options.existing = existing
      let connection = try session.connect()
      var draft = try ManifestDrafter.draft(options, on: connection)
      if existing == nil, directory?.files.isEmpty == false {
        draft.notes.append(
          "the SQL files in \(folder) make policies as well: what the manifest says now can go "
            + "from them")
      }
      if let existing { return try merge(draft, into: existing, session) }
      return try write(draft, to: folder, session)
    }

    private func write(
      _ draft: ManifestDraft, to folder: String, _ session: Session
    ) throws -> ExitStatus {
      let path = folder + (draft.isPayload ? "/payload.yaml" : "/isolation.yaml")
      if dryRun {
        try session.console.result(draft.text, json: InitJSON(path: path, draft: draft))
        return .good
      }
      if check {
        throw UsageError(
          "there is no manifest in \(folder)", remedy: "write it: dbtool policies init")
      }
      try Files.makeFolder(folder)
      try Files.write(draft.text, to: path)
      try writeSchema(to: folder)
      try session.console.result(
        report(draft, "\(path) written", draft.entries), json: InitJSON(path: path, draft: draft))
      return .good
    }

    private func merge(
      _ draft: ManifestDraft, into existing: PolicyManifest, _ session: Session
    ) throws -> ExitStatus {
      let text = try Files.read(existing.path)
      let merge = try ManifestMerge(text, existing, draft: draft)
      let json = InitJSON(path: existing.path, draft: draft, merge: merge)
      if dryRun {
        try session.console.result(merge.text, json: json)
        return .good
      }
      if !check {
        try writeSchema(to: session.configuration.place(session.configuration.policies))
      }
      var title = "\(existing.path) is up to date"
      if !merge.isUnchanged {
        if !check { try Files.write(merge.text, to: existing.path) }
        title =
          "\(existing.path)\(check ? " is not up to date" : ""): "
          + "\(Plural.count(merge.added.count, "table")) \(check ? "without a line" : "added"), "
          + "\(merge.vanished.count) gone"
      }
      var report = report(draft, title, merge.added, isGood: merge.isUnchanged || !check)
      for table in merge.vanished { report.line("  gone: \(table)", .doubtful) }
      try session.console.result(report, json: json)
      return check && !merge.isUnchanged ? .found : .good
    }

    /// The schema that the manifest's first lines name, for editors.
    private func writeSchema(to folder: String) throws {
      try Files.write(ManifestSchema.text + "\n", to: folder + "/" + ManifestSchema.fileName)
    }

    private func report(
      _ draft: ManifestDraft, _ title: String, _ entries: [DraftEntry], isGood: Bool = true
    ) -> Report {
      var report = Report()
      report.line(title, isGood ? .good : .bad)
      let undecided = entries.filter(\.isUndecided)
      report.line(
        "  \(Plural.count(entries.count, "table")) with a line, \(draft.impliedCount) need none, "
          + "\(undecided.count) undecided", undecided.isEmpty ? .plain : .doubtful)
      for entry in undecided { report.line("  undecided: \(entry.table)", .doubtful) }
      for note in draft.notes { report.line("  note: \(note)", .faint) }
      if !undecided.isEmpty {
        report.line("Decide on those in the file, then: dbtool policies plan")
      }
      return report
    }
  }

  /// What `policies init` gives to programs.
  struct InitJSON: Encodable {
    var path: String
    var manifest: String
    var added: [String]
    var vanished: [String]
    var undecided: [String]
    var notes: [String]

    init(path: String, draft: ManifestDraft, merge: ManifestMerge? = nil) {
      self.path = path
      manifest = merge?.text ?? draft.text
      let entries = merge?.added ?? draft.entries
      added = entries.map(\.table)
      vanished = merge?.vanished ?? []
      undecided = entries.filter(\.isUndecided).map(\.table)
      notes = draft.notes
    }
  }
}
