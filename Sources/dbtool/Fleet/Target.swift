import Databases
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

  /// How the target is reached.
  ///
  /// - Throws: `UsageError` when nothing says so, or it is a server that dbtool would start.
  func access(environment: [String: String]) throws -> DatabaseAccess {
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
    let host = HostEnvironment(
      environment, isCancelled: { Interrupts.cancellation.isRequested })
    guard let access = try DatabaseAccess(DatabaseURL(text), host) else {
      throw UsageError(
        "the target \(name) must be a postgres:// or data-api:// URL or a libpq connection string")
    }
    return access
  }

  /// A session on the target's database.
  func connect(environment: [String: String]) throws -> any Connection {
    try access(environment: environment).connect(cancellation: Interrupts.cancellation)
  }
}
