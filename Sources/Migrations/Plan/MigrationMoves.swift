/// Decides which files to run for a request; reads none of them.
enum MigrationMoves {
  /// A file to run.
  struct Move: Equatable {
    var direction: MigrationStep.Direction
    var migration: Migration
    var file: String
  }

  static func resolve(
    _ request: MigrationPlan.Request, _ directory: MigrationDirectory, _ ledger: MigrationLedger
  ) throws(MigrationError) -> [Move] {
    switch request {
    case .up(let target, let outOfOrder):
      return try up(directory, ledger, to: target, outOfOrder: outOfOrder)
    case .down(let target):
      if target != 0, !ledger.entries.contains(where: { $0.version == target }) {
        throw MigrationError(
          .unknownVersion, "version \(target) is not applied, so it cannot be gone back to",
          remedy: "name an applied version (see `dbtool migrate status`), or 0 for none")
      }
      return try down(directory, ledger.entries.filter { $0.version > target })
    case .downSteps(let count):
      guard count > 0 else {
        throw MigrationError(
          .unknownVersion, "\(count) is not a number of migrations to take back",
          remedy: "give a number of 1 or more")
      }
      return try down(directory, ledger.entries.suffix(count))
    case .redo:
      guard let newest = ledger.newest else {
        throw MigrationError(
          .unknownVersion, "nothing is applied that could be redone",
          remedy: "run `dbtool migrate up`")
      }
      // What else may be wrong with files and ledger stays as it is, and is left for `up` to say.
      return try down(directory, [newest]).flatMap { move in
        [move, Move(direction: .up, migration: move.migration, file: move.migration.upFile)]
      }
    }
  }

  private static func up(
    _ directory: MigrationDirectory, _ ledger: MigrationLedger, to target: Int64?,
    outOfOrder: Bool
  ) throws(MigrationError) -> [Move] {
    var status = MigrationStatus(directory, ledger)
    for index in status.entries.indices where status.entries[index].state == .outOfOrder {
      // The operator's autoclosure would lose the type of the error.
      if outOfOrder {
        status.entries[index].state = .pending
      } else if try status.entries[index].allowsOutOfOrder() {
        status.entries[index].state = .pending
      }
    }
    if let error = MigrationError(
      all: status.problems, summary: "things keep migrations from being applied")
    {
      throw error
    }
    if let target, directory[version: target] == nil {
      throw MigrationError(
        .unknownVersion, "there is no migration of version \(target)", file: directory.path,
        remedy: "name one of the versions that `dbtool migrate status` lists")
    }
    return status.entries.compactMap { entry in
      guard entry.state == .pending, let migration = entry.migration,
        migration.version <= target ?? .max
      else { return nil }
      return Move(direction: .up, migration: migration, file: migration.upFile)
    }
  }

  private static func down(
    _ directory: MigrationDirectory, _ entries: some BidirectionalCollection<MigrationLedger.Entry>
  ) throws(MigrationError) -> [Move] {
    var moves: [Move] = []
    var errors: [MigrationError] = []
    for entry in entries.reversed() {
      guard let migration = directory[version: entry.version] else {
        errors.append(
          MigrationError(
            .missingFile, "\(entry.label) is applied, but its files are missing",
            remedy: "restore them from version control"))
        continue
      }
      guard let file = migration.downFile else {
        errors.append(
          MigrationError(
            .noDownFile, "\(migration.label) has no down file, so it cannot be taken back",
            file: migration.upFile,
            remedy: "write \(migration.label).down.sql, or take it back with a new migration"))
        continue
      }
      moves.append(Move(direction: .down, migration: migration, file: file))
    }
    if let error = MigrationError(all: errors, summary: "migrations cannot be taken back") {
      throw error
    }
    return moves
  }
}
