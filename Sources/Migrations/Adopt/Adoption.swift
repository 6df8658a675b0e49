extension LedgerChange {
  /// Takes what another tool applied for applied: finds the file of each of its rows.
  ///
  /// A file is found by its version, which is the number that the tool's id begins with, or else by
  /// its name.
  ///
  /// - Parameter skipsMissing: Rows without a file are left out instead of refused.
  /// - Throws: `MigrationError` when our ledger is not empty, when a row says that something went
  ///   wrong, or when a row has no file; it lists them all.
  package static func adoption(
    of foreign: ForeignLedger, _ directory: MigrationDirectory, _ ledger: MigrationLedger,
    skipsMissing: Bool = false
  ) throws(MigrationError) -> LedgerChange {
    if let newest = ledger.newest {
      throw MigrationError(
        .ledger, "the ledger is not empty: \(newest.label) is applied",
        remedy: "adopt is for a database that dbtool has not migrated yet; `dbtool migrate status` "
          + "shows what is recorded")
    }
    var change = LedgerChange(ledger: ledger)
    var flaws: [MigrationError] = []
    var found: Set<Int64> = []
    if foreign.tool.meaning == .count {
      guard foreign.entries.count <= directory.migrations.count || skipsMissing else {
        throw MigrationError(
          .missingFile,
          "\(foreign.tool.rawValue) applied \(foreign.entries.count) migrations, and "
            + "there are \(directory.migrations.count) files", file: directory.path,
          remedy: "copy all of its files, in their order")
      }
      change.recorded = Array(directory.migrations.prefix(foreign.entries.count))
      return change
    }
    for entry in foreign.entries {
      if let problem = entry.problem {
        flaws.append(
          MigrationError(
            .ledger, "\(entry.id) \(problem)",
            remedy: "put it right with \(foreign.tool.rawValue) first"))
      } else if let migration = migration(for: entry, of: foreign.tool, in: directory) {
        found.insert(migration.version)
      } else if !skipsMissing {
        flaws.append(
          MigrationError(
            .missingFile, "\(entry.id) was applied by \(foreign.tool.rawValue) and has no file",
            remedy: "copy it to \(directory.path)/"
              + "\(foreign.tool.hasNumbers ? number(entry.id) ?? "VERSION" : "VERSION")_"
              + "\(entry.name.flatMap { $0.isEmpty ? nil : $0 } ?? "name").up.sql, or give "
              + "--skip-missing"))
      }
    }
    if let error = MigrationError(all: flaws, summary: "rows cannot be adopted") { throw error }
    if foreign.tool.meaning == .upTo, let newest = found.max() {
      change.recorded = directory.migrations.filter { $0.version <= newest }
    } else {
      change.recorded = directory.migrations.filter { found.contains($0.version) }
    }
    return change
  }

  private static func migration(
    for entry: ForeignLedger.Entry, of tool: ForeignTool, in directory: MigrationDirectory
  ) -> Migration? {
    if !tool.hasNumbers {
      // The revision is a part of the name, as Alembic's own files have it: REVISION_slug.py.
      let id = plain(entry.id)
      return directory.migrations.first { plain($0.name).split(separator: "_").contains(id[...]) }
    }
    if let number = number(entry.id), let version = Int64(number),
      let migration = directory[version: version]
    {
      return migration
    }
    let wanted = [entry.name, entry.id].compactMap { $0 }.map(plain).filter { !$0.isEmpty }
    return directory.migrations.first { wanted.contains(plain($0.name)) }
  }

  /// The number that an id begins with; a date and a time with `_` between them are one.
  private static func number(_ id: String) -> String? {
    let digits = id.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    let rest = id.dropFirst(digits.count)
    if digits.count == 8, rest.first == "_" {
      let time = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      if time.count == 6 { return String(digits + time) }
    }
    // 1.2 is not 1.
    if rest.first == ".", rest.dropFirst().first?.isNumber == true { return nil }
    return String(digits)
  }

  /// A name without what tools write differently.
  private static func plain(_ name: String) -> String {
    name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
  }
}
