package import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
package import Tenants
internal import Wording

/// Takes one tenant's rows out of a database as seed files.
///
/// All of it is read in one transaction that sees one moment. What the rows refer to comes along, so
/// that an empty database with the same schema can load them.
package struct TenantExport: Sendable {
  /// How tenants are told apart.
  package var options: TenancyOptions
  /// What says how columns are masked.
  package var manifest: SeedManifest
  /// Makes masks the same in every export; nil for others each time.
  package var maskSeed: String?
  /// True to refuse when a column looks personal and nothing is said of it.
  package var isStrict = false
  /// True to write over an earlier export.
  package var overwrites = false

  /// An export with its settings.
  package init(options: TenancyOptions, manifest: SeedManifest) {
    self.options = options
    self.manifest = manifest
  }

  /// Writes the rows of `tenant` into `folder`, which is there afterwards as a whole or not at all.
  ///
  /// - Throws: `SeedError`.
  package func run(
    _ tenant: String, to folder: String, client: InstrumentedClient,
    progress: @escaping (TenantDataProgress) -> Void = { _ in }
  ) throws(SeedError) -> ExportReport {
    do {
      return try client.exempt { connection in
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        do {
          let report = try export(tenant, folder, connection, progress)
          try connection.execute("COMMIT")
          return report
        } catch {
          _ = try? connection.execute("ROLLBACK")
          throw error
        }
      }
    } catch {
      throw SeedError.ofTenantData(error, "the rows cannot be read", tenant: tenant)
    }
  }

  /// Values are written in the same way whatever the session's settings are, and no policy hides any.
  private static let settings = PipelineStatement(
    """
    SELECT set_config('row_security', 'off', true), set_config('datestyle', 'ISO, YMD', true),
      set_config('intervalstyle', 'iso_8601', true), set_config('timezone', 'UTC', true),
      set_config('extra_float_digits', '3', true), set_config('bytea_output', 'hex', true)
    """)

  private func export(
    _ tenant: String, _ folder: String, _ connection: any Connection,
    _ progress: (TenantDataProgress) -> Void
  ) throws -> ExportReport {
    try connection.execute(Self.settings.sql, [])
    let catalog = try CatalogReader.read(from: connection)
    let tables = try TenantTables(
      catalog: catalog, options: options, tenant: tenant, on: connection)
    let masks = try MaskPlan(manifest, tables)
    try requireTenant(tables, connection)
    let foreign = try ForeignReference.find(tables, on: connection)
    var report = ExportReport(tenant: tables.tenant, folder: folder)
    for reference in foreign { report.notes.append(try note(reference, tables)) }
    let plan = try ExportPlan(tables, foreign: foreign)
    report.unmasked = unmasked(plan, masks)
    if isStrict, !report.unmasked.isEmpty { throw refusal(report.unmasked) }
    let draft = try ExportFolder(path: folder, overwrites: overwrites)
    let writer = ExportWriter(
      tables: tables, masks: masks, masker: Masker(key: MaskKey(maskSeed)), folder: draft,
      connection: connection)
    var rules: [(name: String, conflict: SeedFileRule.Conflict)] = []
    for step in plan.steps {
      let (rows, bytes) = try writer.write(step)
      guard rows.contains(where: { $0 > 0 }) else { continue }
      try writer.check(step)
      for (table, count) in zip(tablesOf(step), rows) {
        let columns = masks.masks[table.relation.oid] ?? [:]
        report.tables.append(
          ExportReport.Table(
            name: table.relation.displayName, file: step.name, rows: count, bytes: bytes,
            isOwned: table.isOwned,
            masked: table.columns.filter { (columns[$0]?.kind ?? .keep) != .keep }))
        progress(.table(table.relation.displayName, rows: count))
        if case .rows = step.content {
          let isShared = !table.isOwned || tables.root?.oid == table.relation.oid
          rules.append((step.name, isShared ? .skip : .error))
        }
      }
    }
    try writeManifest(rules, draft, report)
    try draft.publish()
    let written = Set(report.tables.map(\.name))
    report.unmasked.removeAll { column in
      !written.contains { column.hasPrefix($0 + ".") }
    }
    return report
  }

  private func tablesOf(_ step: ExportStep) -> [ExportedTable] {
    switch step.content {
    case .rows(let table): [table]
    case .circle(let tables): tables
    case .references, .sequences: []
    }
  }

  private func requireTenant(_ tables: TenantTables, _ connection: any Connection) throws {
    guard try !TenantPresence.isThere(tables, on: connection) else { return }
    throw TenantPresence.unknown(tables)
  }

  private func note(_ reference: ForeignReference, _ tables: TenantTables) throws -> String {
    let table = tables.catalog.relations[reference.key.relation]?.displayName ?? ""
    let what =
      "\(Plural.count(reference.rows, "row")) of \(table) refer"
      + (reference.rows == 1 ? "s" : "") + " to what is not this tenant's, through "
      + reference.key.name
    guard reference.nullable != nil else {
      throw SeedError(
        .foreignRows, what,
        remedy: "Without those rows the export could not be loaded, and they are another tenant's. "
          + "Mend the rows first; dbtool verify-rls shows how they may have come about.")
    }
    return what + ": NULL in the export"
  }

  private func unmasked(_ plan: ExportPlan, _ masks: MaskPlan) -> [String] {
    plan.steps.flatMap { tablesOf($0) }.flatMap { table in
      table.relation.columns.filter { column in
        table.columns.contains(column.name)
          && masks.masks[table.relation.oid]?[column.name] == nil
          && PersonalColumns.looksPersonal(column, of: table.relation)
      }.map { table.relation.displayName + "." + $0.name }
    }
  }

  private func refusal(_ columns: [String]) -> SeedError {
    SeedError(
      .unmasked,
      "columns look personal and nothing is said of them: "
        + columns.joined(separator: ", "),
      remedy: "Nothing was written. Say how each is masked in the YAML of the seeds folder, or "
        + "mask: keep.")
  }

  private func writeManifest(
    _ rules: [(name: String, conflict: SeedFileRule.Conflict)], _ draft: ExportFolder,
    _ report: ExportReport
  ) throws {
    let sink = try ByteSink(path: draft.draftPath(ExportFolder.manifest))
    // Whatever else an id may hold would end the comment.
    let tenant = report.tenant.unicodeScalars.map { (33...126).contains($0.value) ? $0 : "?" }
    try sink.write(
      """
      # Written by dbtool seed export: \(Plural.count(report.rows, "row")) of tenant \
      \(String(String.UnicodeScalarView(tenant.prefix(100)))) and of what they refer to.
      # Load it into an empty database with the same schema: dbtool seed, with this folder as seeds.
      version: 1
      files:

      """)
    for rule in rules {
      try sink.write(
        "  \(JSONText.quoted(rule.name)): "
          + "{as-admin: true, on-conflict: \(rule.conflict), variables: false}\n")
    }
    if rules.isEmpty { try sink.write("  {}\n") }
    try sink.finish()
  }
}
