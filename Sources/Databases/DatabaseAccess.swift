package import Postgres

/// How a database is reached; connections are opened with it, also from other threads.
package struct DatabaseAccess: Sendable {
  private enum Way: Sendable {
    case libpq(String)
    case awsLogin(AWSLoginAccess)
    case dataAPI(DataAPIAccess)
  }

  private let way: Way

  /// The access to a database that is there; nil for one that would have to be started.
  ///
  /// - Throws: `DatabaseURLError` and `AWSError` for what does not say enough.
  package init?(_ url: DatabaseURL, _ host: HostEnvironment) throws {
    switch url {
    case .libpq(let conninfo): way = .libpq(conninfo)
    case .awsLogin(let login, let conninfo):
      way = .awsLogin(try AWSLoginAccess(login, conninfo: conninfo, host))
    case .dataAPI(let address): way = .dataAPI(try DataAPIAccess(address, host))
    case .ephemeral, .named: return nil
    }
  }

  /// The access through libpq with a connection string.
  package init(conninfo: String) { way = .libpq(conninfo) }

  /// The connection string for libpq; nil where that alone does not do.
  package var conninfo: String? {
    if case .libpq(let conninfo) = way { return conninfo }
    return nil
  }

  /// Opens a connection.
  ///
  /// - Parameters:
  ///   - connectTimeout: Seconds to wait for a server unless the connection string says so.
  ///   - cancellation: Cancels what the connection runs.
  ///   - runsDDL: False when nothing may be created, not even for the time of a transaction.
  ///   - onResuming: Hears of how long a paused cluster is waited for.
  package func connect(
    connectTimeout: Int = 10, cancellation: Cancellation? = nil, runsDDL: Bool = true,
    onResuming: @escaping (Duration) -> Void = { _ in }
  ) throws -> any Connection {
    switch way {
    case .libpq(let conninfo):
      try LibPQConnection(
        conninfo: conninfo, connectTimeout: connectTimeout, cancellation: cancellation)
    case .awsLogin(let access):
      try access.connect(connectTimeout: connectTimeout, cancellation: cancellation)
    case .dataAPI(let access):
      try access.connect(
        cancellation: cancellation, createsFunctions: runsDDL, onResuming: onResuming)
    }
  }
}
