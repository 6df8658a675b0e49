import LocalPostgres
import Migrations
import Postgres
import Schema
import Wording

/// Applies each migration, takes it back and applies it again, and compares the schemas.
struct DownCheck {
  /// What came out for one migration.
  struct Entry {
    enum Outcome {
      /// Down brings back what was, and up what had been.
      case good
      /// There is no down file.
      case noDown
      /// After down the schema is not what it was before up.
      case forgets(SchemaDifference)
      /// After down and up again the schema is not what up made the first time.
      case differs(SchemaDifference)
      /// Down, or the second up, failed.
      case fails(MigrationError)
    }

    var migration: Migration
    var outcome: Outcome

    var isBad: Bool {
      switch outcome {
      case .good, .noDown: false
      case .forgets, .differs, .fails: true
      }
    }
  }

  private let directory: MigrationDirectory
  private let options = MigrationOptions(
    toolVersion: Version.current, cancellation: Interrupts.cancellation)
  private let console: Console
  private let rights: ServerRights
  private var scratch: ScratchServer

  /// Checks the migrations of a folder, from one version up to another, on throwaway servers.
  ///
  /// - Parameter rights: What the files may do there.
  static func run(
    _ directory: MigrationDirectory, from first: Int64 = .min, to last: Int64? = nil,
    rights: ServerRights = .superuser, _ console: Console, progress: (Entry) -> Void = { _ in }
  ) throws -> [Entry] {
    var check = DownCheck(
      directory: directory, console: console, rights: rights,
      scratch: try ScratchServer(console, rights: rights))
    defer { check.scratch.close() }
    defer { console.clearStatus() }
    if let before = directory.migrations.last(where: { $0.version < first }) {
      try check.up(to: before.version)
    }
    var entries: [Entry] = []
    let migrations = directory.migrations.filter {
      $0.version >= first && $0.version <= last ?? .max
    }
    for migration in migrations {
      console.status(
        "check-down: \(entries.count) of \(Plural.count(migrations.count, "migration"))")
      let entry = Entry(migration: migration, outcome: try check.check(migration))
      // What comes next must not stand on what a bad down file left.
      if entry.isBad { try check.startAnew(upTo: migration.version) }
      progress(entry)
      entries.append(entry)
    }
    return entries
  }

  private var connection: LibPQConnection { scratch.connection }

  private func check(_ migration: Migration) throws -> Entry.Outcome {
    let before = try SchemaSnapshot.read(connection)
    try up(to: migration.version)
    guard migration.downFile != nil else { return .noDown }
    let first = try SchemaSnapshot.read(connection)
    do {
      try MigrationRunner.apply(
        .down(directory, .read(on: connection), steps: 1), on: connection, options: options)
      let down = try SchemaSnapshot.read(connection)
      let forgotten = SchemaDifference(from: down, to: before)
      guard forgotten.isEmpty else { return .forgets(forgotten) }
      try up(to: migration.version)
    } catch let error as MigrationError
      where error.code != .interrupted && error.postgres?.isServerTrouble != true
    {
      return .fails(error)
    }
    let difference = SchemaDifference(from: try SchemaSnapshot.read(connection), to: first)
    return difference.isEmpty ? .good : .differs(difference)
  }

  private func up(to version: Int64) throws {
    try MigrationRunner.apply(
      .up(directory, .read(on: connection), to: version), on: connection, options: options)
  }

  /// Goes on with another server, not only another database: roles belong to the whole server.
  private mutating func startAnew(upTo version: Int64) throws {
    scratch.close()
    scratch = try ScratchServer(console, rights: rights)
    try up(to: version)
  }
}
