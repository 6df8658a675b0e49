import LocalPostgres
import Migrations
import Policies
import Postgres
import Schema

/// What the files of the project build on a throwaway server.
struct BuiltSchema {
  private let session: Session
  private let directory: MigrationDirectory

  /// - Parameter versions: The migrations that are applied; nil applies all.
  init(_ session: Session, versions: Set<Int64>? = nil) throws {
    self.session = session
    var directory = try session.migrations()
    if let versions {
      directory.migrations.removeAll { !versions.contains($0.version) }
    }
    self.directory = directory
  }

  /// Builds it, reads it, and removes the server.
  func snapshot(withPolicies: Bool) throws -> SchemaSnapshot {
    session.console.progress("building the schema of the migrations on a throwaway server")
    let server = try EphemeralServer.start(try ServerOptions(environment: Environment.current))
    defer { server.stop() }
    let connection = try LibPQConnection(
      conninfo: server.address.conninfo, cancellation: Interrupts.cancellation)
    defer { connection.close() }
    if !directory.migrations.isEmpty {
      try MigrationRunner.apply(
        .up(directory, MigrationLedger()), on: connection,
        options: MigrationOptions(
          toolVersion: Version.current, cancellation: Interrupts.cancellation))
    }
    let policies = session.configuration.place(session.configuration.policies)
    if withPolicies, Files.exists(policies) {
      let loaded = try PolicyDirectory.load(policies)
      let runner = PolicyRunner(toolVersion: Version.current)
      _ = try runner.apply(runner.plan(loaded, on: connection), on: connection)
    }
    return try SchemaSnapshot.read(connection)
  }
}
