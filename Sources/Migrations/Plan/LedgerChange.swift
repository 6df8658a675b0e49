internal import SourceFiles

/// A change of what the ledger says, without running any migration.
package struct LedgerChange: Sendable, Equatable {
  /// Migrations that are recorded as applied.
  package var recorded: [Migration] = []
  /// Migrations whose files as they are now are taken for what was applied.
  package var realigned: [Migration] = []
  /// What is applied and is taken for not applied.
  package var forgotten: [MigrationLedger.Entry] = []
  /// The ledger that the change was decided for.
  let ledger: MigrationLedger

  /// True when there is nothing to change.
  package var isEmpty: Bool { recorded.isEmpty && realigned.isEmpty && forgotten.isEmpty }

  /// Takes a database for one to which everything up to and with `version` was applied.
  ///
  /// - Throws: `MigrationError` when something is recorded already, or there is no such version.
  package static func baseline(
    _ version: Int64, _ directory: MigrationDirectory, _ ledger: MigrationLedger
  ) throws(MigrationError) -> LedgerChange {
    guard directory[version: version] != nil else {
      throw MigrationError(
        .unknownVersion, "there is no migration of version \(version)", file: directory.path,
        remedy: "name one of the versions that `dbtool migrate status` lists")
    }
    if let newest = ledger.newest {
      throw MigrationError(
        .ledger, "the ledger is not empty: \(newest.label) is applied",
        remedy: "a baseline is for a database that dbtool has not migrated yet; `dbtool migrate "
          + "status` shows what is recorded")
    }
    var change = LedgerChange(ledger: ledger)
    change.recorded = directory.migrations.filter { $0.version <= version }
    return change
  }

  /// Takes all files as they are for what was applied, and forgets the `forgotten` versions.
  ///
  /// - Throws: `MigrationError` when one of those is not applied, or has its file.
  package static func repair(
    _ status: MigrationStatus, _ ledger: MigrationLedger, forgetting versions: [Int64] = []
  ) throws(MigrationError) -> LedgerChange {
    var change = LedgerChange(ledger: ledger)
    for entry in status.entries where entry.state == .edited || entry.state == .reformatted {
      if let migration = entry.migration { change.realigned.append(migration) }
    }
    for version in versions {
      let entry = status.entries.first { $0.version == version }
      guard let entry, let applied = entry.applied else {
        throw MigrationError(
          .unknownVersion, "version \(version) is not applied, so it cannot be forgotten",
          remedy: "`dbtool migrate status` shows what is recorded")
      }
      if let file = entry.migration?.upFile {
        throw MigrationError(
          .unknownVersion, "\(entry.label) still has its file, and would be applied again",
          file: file, remedy: "take it back with `dbtool migrate down`, or remove its files first")
      }
      change.forgotten.append(applied)
    }
    return change
  }
}

extension LedgerChange: CustomStringConvertible {
  /// A line for each migration.
  package var description: String {
    let lines =
      recorded.map { "record  \($0.label)" } + realigned.map { "accept  \($0.label)" }
      + forgotten.map { "forget  \($0.label)" }
    return lines.joined(separator: "\n")
  }
}
