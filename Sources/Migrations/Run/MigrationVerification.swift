package import Postgres
internal import SQLSyntax

/// What the verify files of the applied migrations say about a database.
package struct MigrationVerification: Sendable, Equatable {
  /// One verify file.
  package struct Entry: Sendable, Equatable {
    /// The migration.
    package var migration: Migration
    /// The number of queries that were run.
    package var checks: Int
    /// The queries that did not answer with one true row; the last one may be one that could not
    /// be run, and then those after it were not.
    package var failures: [MigrationError]
  }

  /// The verify files of applied migrations, lowest version first.
  package var entries: [Entry]

  /// True when every query answered with one true row.
  package var isGood: Bool { entries.allSatisfy(\.failures.isEmpty) }

  /// Runs the verify files of applied migrations, each in a read-only transaction of its own that
  /// is rolled back.
  ///
  /// - Throws: `MigrationError` when a file cannot be read or parsed, before any is run, and when
  ///   the database cannot be asked.
  package static func run(
    _ directory: MigrationDirectory, on connection: any Connection
  ) throws(MigrationError) -> MigrationVerification {
    let ledger = try MigrationLedger.read(on: connection)
    let applied = Set(ledger.entries.map(\.version))
    var scripts: [(Migration, MigrationScript)] = []
    for migration in directory.migrations where applied.contains(migration.version) {
      guard let file = migration.verifyFile else { continue }
      let script = try MigrationScript.load(file, template: directory.template)
      guard script.directives.isTransactional else {
        throw MigrationError(
          .badDirective, "a verify file always runs in a transaction", file: file,
          remedy: "remove the directive no-transaction")
      }
      scripts.append((migration, script))
    }
    var entries: [Entry] = []
    for (migration, script) in scripts {
      entries.append(try verify(migration, script, on: connection))
    }
    return MigrationVerification(entries: entries)
  }

  private static func verify(
    _ migration: Migration, _ script: MigrationScript, on connection: any Connection
  ) throws(MigrationError) -> Entry {
    let pipeline = StepPipeline.verification(script)
    let outcomes: [PipelineOutcome]
    do {
      outcomes = try connection.pipeline(pipeline.statements)
      try connection.execute("ROLLBACK")
    } catch {
      throw MigrationError(from: error, doing: "verifying \(migration.label)")
    }
    var entry = Entry(migration: migration, checks: 0, failures: [])
    for (part, outcome) in zip(pipeline.parts, outcomes) {
      if case .skipped = outcome { continue }
      guard case .statement(let index) = part else {
        guard let error = outcome.error else { continue }
        throw MigrationError(from: error, doing: "verifying \(migration.label)")
      }
      let statement = script.statements[index]
      entry.checks += 1
      guard let flaw = flaw(of: outcome) else { continue }
      let location = script.location(ofPosition: outcome.error?.position, in: statement)
      var error = MigrationError(
        .verificationFailed, flaw, file: script.file,
        remedy: "look at what the query tests; the migration may be incomplete")
      error.line = location.line
      error.column = location.column
      error.statement = script.source(of: statement)
      error.postgres = outcome.error
      entry.failures.append(error)
    }
    return entry
  }

  private static func flaw(of outcome: PipelineOutcome) -> String? {
    if let error = outcome.error { return error.message }
    guard let result = outcome.result else { return nil }
    guard result.columns.count == 1 else {
      return "the query returned \(result.columns.count) columns instead of one"
    }
    guard result.rows.count == 1 else {
      return "the query returned \(result.rows.count) rows instead of one"
    }
    // A transport that does not tell types gives 0.
    guard [booleanOID, 0].contains(result.columns[0].typeOID) else {
      return "the query returned something that is no boolean"
    }
    switch result.rows.first?[0] {
    case nil: return "the query returned NULL instead of true"
    case "t", "true": return nil
    case let value?: return "the query returned \(value == "f" ? "false" : value) instead of true"
    }
  }

  /// `bool` in `pg_type`.
  private static let booleanOID: UInt32 = 16
}
