internal import SQLSyntax
internal import SourceFiles
internal import Wording

/// Every version that the files or the ledger know, and how it stands.
package struct MigrationStatus: Sendable, Equatable {
  /// How a version stands.
  package enum State: String, Sendable, Equatable, CaseIterable {
    /// Not applied yet.
    case pending
    /// Begun, or begun to be taken back, outside a transaction, and stopped in the middle.
    case partial
    /// Applied as the file says.
    case applied
    /// Applied, and the file was changed since, but not what it says: comments or white space.
    case reformatted
    /// Applied, but the file was changed afterwards.
    case edited
    /// Applied, but there is no file.
    case missing
    /// Applied, and folded into a newer file by `dbtool migrate squash`.
    case replaced
    /// Not applied, and older than the newest applied one.
    case outOfOrder = "out-of-order"
  }

  /// One version.
  package struct Entry: Sendable, Equatable {
    /// The version.
    package var version: Int64
    /// The name in the file, or in the ledger when there is no file.
    package var name: String
    /// How it stands.
    package var state: State
    /// The files, if there are any.
    package var migration: Migration?
    /// The row of the ledger, if it is applied.
    package var applied: MigrationLedger.Entry?
    /// What was applied, when the file is another now and the ledger kept it.
    package var appliedText: String?
    /// How far it came, when it was stopped in the middle.
    package var unfinished: MigrationLedger.Unfinished?

    /// `VERSION_name`, as messages call it.
    package var label: String { "\(version)_\(name)" }
  }

  /// All versions, lowest first.
  package var entries: [Entry]
  /// Files that stand for others of which only some are applied, by version.
  private var partial: [Int64: PartialReplacement] = [:]

  /// Compares files and ledger.
  package init(_ directory: MigrationDirectory, _ ledger: MigrationLedger) {
    // Both are sorted by version, so one pass over both is enough.
    var files = directory.migrations[...]
    var rows = ledger.entries[...]
    let newest = ledger.newest?.version ?? 0
    entries = []
    while let version = [files.first?.version, rows.first?.version].compactMap(\.self).min() {
      let file = files.first?.version == version ? files.popFirst() : nil
      let row = rows.first?.version == version ? rows.popFirst() : nil
      let state: State =
        switch (file, row) {
        case (let file?, let row?): Self.state(of: file, row, ledger.texts[row.version])
        case (nil, _): .missing
        case (_, nil): version < newest ? .outOfOrder : .pending
        }
      entries.append(
        Entry(
          version: version, name: file?.name ?? row?.name ?? "", state: state, migration: file,
          applied: row, appliedText: row.flatMap { ledger.texts[$0.version] }))
    }
    for index in entries.indices where ledger.unfinished[entries[index].version] != nil {
      guard [.pending, .outOfOrder, .applied].contains(entries[index].state) else { continue }
      entries[index].state = .partial
      entries[index].unfinished = ledger.unfinished[entries[index].version]
    }
    let replacements = ReplacedMigrations(entries)
    for version in replacements.whole { self[version]?.state = .applied }
    for version in replacements.folded { self[version]?.state = .replaced }
    partial = replacements.partial
  }

  private subscript(version: Int64) -> Entry? {
    get { entries.first { $0.version == version } }
    set {
      guard let newValue, let index = entries.firstIndex(where: { $0.version == version }) else {
        return
      }
      entries[index] = newValue
    }
  }

  private static func state(
    of file: Migration, _ row: MigrationLedger.Entry, _ text: String?
  ) -> State {
    if file.checksum == row.checksum { return .applied }
    guard let text, let bytes = try? SourceFiles.bytes(ofFile: file.upFile),
      let now = try? SourceText.decode(bytes, file: file.upFile)
    else { return .edited }
    return SQLMeaning.isEqual(text, now) ? .reformatted : .edited
  }

  /// True when everything is applied as the files say.
  package var isUpToDate: Bool {
    entries.allSatisfy { [.applied, .reformatted, .replaced].contains($0.state) }
  }

  /// What keeps pending migrations from being applied.
  package var problems: [MigrationError] {
    let newest = entries.last { $0.applied != nil }
    let applied = Set(partial.values.flatMap(\.applied).map(\.version))
    return entries.compactMap { entry in
      if let partial = partial[entry.version] { return self.partial(entry, partial) }
      // Told of once, with the file that stands for it.
      if entry.state == .missing, applied.contains(entry.version) { return nil }
      return switch entry.state {
      case .pending, .partial, .applied, .reformatted, .replaced: nil
      case .edited: edited(entry, isNewest: entry.version == newest?.version)
      case .missing: missing(entry)
      case .outOfOrder: outOfOrder(entry, newest: newest?.label ?? "")
      }
    }
  }

  private func edited(_ entry: Entry, isNewest: Bool) -> MigrationError {
    let was = entry.applied?.checksum.prefix(12) ?? ""
    let now = entry.migration?.checksum.prefix(12) ?? ""
    var error = MigrationError(
      .editedFile,
      "the file was changed after it was applied at \(entry.applied?.appliedAt ?? "") "
        + "(SHA-256 \(was)… then, \(now)… now)",
      file: entry.migration?.upFile,
      remedy: "restore the file as it was and put the change into a new migration"
        + (isNewest ? ", or apply it anew with `dbtool migrate redo`" : "")
        + "; `dbtool migrate repair` takes the file as it is for what was applied")
    error.difference = entry.appliedText.flatMap { applied in
      entry.migration.flatMap { try? LineDifference(from: applied, toFile: $0.upFile) }
    }
    return error
  }

  private func partial(_ entry: Entry, _ partial: PartialReplacement) -> MigrationError {
    var error = MigrationError(
      .partlyReplaced,
      "the file stands for \(Plural.count(partial.count, "migration")), of which "
        + "\(partial.applied.count == 1 ? "1 is" : "\(partial.applied.count) are") applied here "
        + "and the others are not",
      file: entry.migration?.upFile,
      remedy: "take the files from before `dbtool migrate squash` out of version control, run "
        + "`dbtool migrate up` with them, and come back to these")
    error.state = "applied: \(partial.applied.map(\.label).joined(separator: ", "))"
    return error
  }

  private func missing(_ entry: Entry) -> MigrationError {
    MigrationError(
      .missingFile, "\(entry.label) is applied, but its file is missing",
      remedy: "restore the file of \(entry.label) from version control")
  }

  private func outOfOrder(_ entry: Entry, newest: String) -> MigrationError {
    MigrationError(
      .outOfOrder, "the migration is older than \(newest), which is applied already",
      file: entry.migration?.upFile,
      remedy: "give it a version above that one; or, if it does not matter which comes first, run "
        + "`dbtool migrate up --out-of-order` or begin the file with -- dbtool: out-of-order")
  }
}

extension MigrationStatus.Entry {
  /// True when the file says that it may come after those that are newer.
  func allowsOutOfOrder() throws(MigrationError) -> Bool {
    guard let migration else { return false }
    return try MigrationScript.load(migration.upFile, layout: migration.layout)
      .directives.allowsOutOfOrder
  }
}
