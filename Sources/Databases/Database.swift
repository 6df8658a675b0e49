public import Postgres

/// A database, named as dbtool names it, whatever carries the statements.
public struct Database: Sendable {
  private let access: DatabaseAccess

  /// The database at a URL.
  ///
  /// - Parameters:
  ///   - url: `postgres://…` or a libpq connection string, with `secret=ARN` or `iam=true` for a password
  ///     from AWS, or `data-api://?cluster=ARN&secret=ARN&database=NAME`.
  ///   - environment: The environment's variables, in which AWS's credentials are looked for.
  /// - Throws: `DatabaseURLError` for text that names no database; it holds no password.
  public init(_ url: String, environment: [String: String] = [:]) throws {
    guard let access = try DatabaseAccess(DatabaseURL(url), HostEnvironment(environment)) else {
      throw DatabaseURLError("only dbtool itself starts a server", remedy: "name one that runs")
    }
    self.access = access
  }

  /// Opens a session, which belongs to the thread that uses it.
  ///
  /// - Parameter cancellation: Cancels what the session runs.
  /// - Throws: `PostgresError` of code `cannotConnect`.
  public func connect(cancellation: Cancellation? = nil) throws -> any Connection {
    try access.connect(cancellation: cancellation)
  }
}
