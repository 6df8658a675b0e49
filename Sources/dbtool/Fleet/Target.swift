import Migrations
import Postgres

/// One database of a fleet, or one schema of such a database.
struct Target: Equatable, Sendable {
  var name: String
  /// The database, in the file.
  var url: String?
  /// The environment variable that has it, so that no password stands in the file.
  var variable: String?
  /// The schemas that are migrated each by itself, as names or patterns with `*` and `?`; empty for the
  /// database as a whole.
  var schemas: [String] = []
  /// The database, or the one schema of it once the patterns were looked up.
  var place = LedgerPlace.database

  /// The connection string.
  ///
  /// - Throws: `UsageError` when there is none, or it names a server that dbtool would start.
  func conninfo(environment: [String: String]) throws -> String {
    let text: String
    if let variable {
      guard let value = environment[variable], !value.isEmpty else {
        throw UsageError(
          "the environment variable \(variable), the URL of the target \(name), is not set",
          remedy: "set it, or name other targets with --target")
      }
      text = value
    } else {
      text = url ?? ""
    }
    guard case .libpq(let conninfo) = try DatabaseURL(text) else {
      throw UsageError(
        "the target \(name) must be a postgres:// URL or a libpq connection string")
    }
    return conninfo
  }

  /// A session on the target's database.
  func connect(environment: [String: String]) throws -> LibPQConnection {
    try LibPQConnection(
      conninfo: try conninfo(environment: environment), cancellation: Interrupts.cancellation)
  }
}
