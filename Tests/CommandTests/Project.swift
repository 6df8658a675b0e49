import Foundation
import Postgres
import TestSupport

/// A folder with migrations, policies and seeds, and a database.
struct Project {
  /// The folder.
  let directory: String
  /// The database, named by `DATABASE_URL`; nil for a project without one.
  var database: TestDatabase?
  /// The Data API in front of the database, when that is how it is reached.
  var api: LocalDataAPI?

  /// The URL of the database, for the transport that the test runs over.
  var url: String? { api?.url ?? database?.url }

  /// Writes a file of the project, and the folders that lead to it.
  func write(_ path: String, _ text: String) throws {
    let url = URL(filePath: "\(directory)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Writes a migration.
  func migration(_ stem: String, _ sql: String) throws {
    try write("migrations/\(stem).up.sql", sql)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(atPath: "\(directory)/\(path)")
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(directory)/\(path)")
  }

  func read(_ path: String) throws -> String {
    try String(contentsOfFile: "\(directory)/\(path)", encoding: .utf8)
  }

  /// Runs dbtool in the folder.
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try run(arguments, environment: environment)
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try start(arguments, environment: environment).wait()
  }

  /// Starts dbtool in the folder.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningTool {
    try Tool.start(arguments, environment: with(environment), directory: directory)
  }

  /// Runs a line of the shell in the folder; see `Tool.shell`.
  func shell(_ line: String, environment: [String: String] = [:]) throws -> Outcome {
    try Tool.shell(line, environment: with(environment), directory: directory)
  }

  /// The first value of what a query gives, asked by the superuser.
  func query(_ sql: String) throws -> String? {
    guard let connection = try database?.connect() else { return nil }
    defer { connection.close() }
    return try connection.execute(sql).scalar
  }

  /// Runs statements, each ended by a semicolon, as the superuser.
  func execute(_ statements: String) throws {
    // One call takes one statement.
    _ = try query("DO $script$ BEGIN \(statements) END $script$")
  }

  private func with(_ environment: [String: String]) -> [String: String] {
    guard let url else { return environment }
    let variables = api == nil ? [:] : LocalDataAPI.environment
    return variables.merging(["DATABASE_URL": url]) { $1 }.merging(environment) { $1 }
  }
}

/// Runs `body` with an empty project and no database.
func withBareProject(_ body: (Project) throws -> Void) throws {
  try withTemporaryDirectory { try body(Project(directory: $0)) }
}

/// Runs `body` with an empty project and a database of its own.
func withProject(_ body: (Project) throws -> Void) throws {
  let server = try TestServer.shared
  try server.ensureRoles()
  try server.withDatabase { _, database in
    let api = Transport.current == .dataAPI ? try LocalDataAPI(database) : nil
    try withTemporaryDirectory {
      try body(Project(directory: $0, database: database, api: api))
    }
  }
}

/// Runs `body` with the example of this repository and a database of its own.
func withExample(_ body: (Project) throws -> Void) throws {
  try withProject { project in
    for name in ["migrations", "policies", "seeds", "dbtool.yaml"] {
      try FileManager.default.copyItem(
        atPath: "\(SharedTestData.packageRoot)/\(name)", toPath: "\(project.directory)/\(name)")
    }
    try body(project)
  }
}
