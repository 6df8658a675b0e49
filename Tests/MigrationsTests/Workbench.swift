import Foundation
import Postgres
import TestSupport

@testable import Migrations

/// A folder of migrations and a database for one test.
struct Workbench {
  let folder: String
  let connection: LibPQConnection
  let database: TestDatabase

  static let options = MigrationOptions(toolVersion: "0.0-test")

  /// Runs `body` with `files` (name to text) in a new folder and an empty database.
  static func run(_ files: [String: String], _ body: (Workbench) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      try TestServer.shared.withDatabase { connection, database in
        let bench = Workbench(folder: folder, connection: connection, database: database)
        for (name, text) in files { try bench.write(name, text) }
        try body(bench)
      }
    }
  }

  func write(_ name: String, _ text: String) throws {
    try writeFile(folder + "/" + name, Array(text.utf8))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: folder + "/" + name)
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func load() throws -> MigrationDirectory { try MigrationDirectory.load(folder) }

  func ledger() throws -> MigrationLedger { try MigrationLedger.read(on: connection) }

  func status() throws -> MigrationStatus { try MigrationStatus(load(), ledger()) }

  @discardableResult
  func up(
    to target: Int64? = nil, progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationReport {
    try apply(MigrationPlan.up(load(), ledger(), to: target), progress: progress)
  }

  @discardableResult
  func apply(
    _ plan: MigrationPlan, progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationReport {
    try MigrationRunner.apply(plan, on: connection, options: Self.options, progress: progress)
  }

  /// The tables of all schemas but the system's and the ledger's, as `schema.table`.
  func tables() throws -> [String] {
    let sql = """
      SELECT schemaname || '.' || tablename FROM pg_catalog.pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'dbtool') ORDER BY 1
      """
    return try connection.execute(sql).rows.map { $0.text(0) }
  }

  func scalar(_ sql: String) throws -> String? { try connection.execute(sql).scalar }
}

/// Writes `bytes` to a file.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  try Data(bytes).write(to: URL(filePath: path))
}

/// Runs `body` with a folder that holds `files`.
func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
  try withTemporaryDirectory { folder in
    for (name, text) in files { try writeFile(folder + "/" + name, Array(text.utf8)) }
    try body(folder)
  }
}
