import LocalPostgres
import Migrations
import Policies
import Postgres
import Schema
import Wording

/// What the files of the project build on a throwaway server.
struct BuiltSchema {
  private let session: Session
  private let directory: MigrationDirectory
  private let rights: ServerRights

  /// What all files build or, with a ledger, those that it names.
  ///
  /// - Parameter rights: What the files may do on the server.
  /// - Throws: `MigrationError` for what was applied and has no file, or another one: the files
  ///   then say nothing about the database.
  init(
    _ session: Session, appliedIn ledger: MigrationLedger? = nil,
    rights: ServerRights = .superuser
  ) throws {
    self.session = session
    self.rights = rights
    var directory = try session.migrations()
    if let ledger {
      let problems = MigrationStatus(directory, ledger).problems.filter { $0.code != .outOfOrder }
      if let error = MigrationError(all: problems, summary: "migrations cannot be built again") {
        throw error
      }
      let versions = Set(ledger.entries.map(\.version))
      directory.migrations.removeAll { !versions.contains($0.version) }
    }
    self.directory = directory
  }

  /// Builds it, reads it, and removes the server.
  func snapshot(withPolicies: Bool) throws -> SchemaSnapshot {
    session.console.progress("building the schema of the migrations on a throwaway server")
    let console = session.console
    defer { console.clearStatus() }
    let scratch = try ScratchServer(console, rights: rights)
    defer { scratch.close() }
    let connection = scratch.connection
    if !directory.migrations.isEmpty {
      let count = directory.migrations.count
      console.status("building the schema of \(Plural.count(count, "migration"))")
      try MigrationRunner.apply(
        .up(directory, MigrationLedger()), on: connection,
        options: MigrationOptions(
          toolVersion: Version.current, cancellation: Interrupts.cancellation))
    }
    let policies = session.configuration.place(session.configuration.policies)
    if withPolicies, Files.exists(policies) {
      console.status("applying policies")
      let loaded = try PolicyDirectory.load(
        policies, defaults: session.configuration.tenancy.manifestDefaults)
      let runner = PolicyRunner(toolVersion: Version.current)
      _ = try runner.apply(
        runner.plan(loaded, on: connection), on: connection,
        // Nobody's data is there.
        consent: PolicyConsent(isUnconditional: true))
    }
    console.status("reading the schema that was built")
    return try SchemaSnapshot.read(connection)
  }
}
