import AWS
import DataAPI
import Postgres

/// How a database is reached; connections are opened with it, also from other threads.
enum DatabaseAccess: Sendable {
  /// Through libpq, with a connection string.
  case libpq(String)
  /// Through libpq, with a password from AWS.
  case awsLogin(AWSLoginAccess)
  /// Through the RDS Data API.
  case dataAPI(DataAPIAccess)

  /// Opens a connection.
  ///
  /// - Parameters:
  ///   - connectTimeout: Seconds to wait for a server unless the connection string says so.
  ///   - cancellation: Cancels what the connection runs.
  ///   - runsDDL: False when nothing may be created, not even for the time of a transaction.
  func connect(
    connectTimeout: Int = 10, cancellation: Cancellation? = nil, runsDDL: Bool = true,
    onResuming: @escaping (Duration) -> Void = { _ in }
  ) throws -> any Connection {
    switch self {
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

/// A cluster behind the RDS Data API, and who calls it.
struct DataAPIAccess: Sendable {
  private let target: RDSDataClient.Target
  private let endpoint: ServiceEndpoint
  private let environment: AWSEnvironment

  /// - Throws: `AWSError` for a configuration that makes no sense.
  init(_ address: DataAPIAddress, environment variables: [String: String]) throws {
    target = RDSDataClient.Target(
      cluster: address.cluster, secret: address.secret, database: address.database)
    environment = AWSEnvironment(
      try SharedConfiguration(variables: variables, readFile: Files.textIfThere),
      region: address.region, variables: variables)
    endpoint = try environment.endpoint("rds-data", variable: "RDS_DATA", at: address.endpoint)
  }

  func connect(
    cancellation: Cancellation?, createsFunctions: Bool, onResuming: @escaping (Duration) -> Void
  ) throws -> DataAPIConnection {
    var options = DataAPIConnection.Options()
    options.createsFunctions = createsFunctions
    options.makeKeepAliveClient = { [environment, endpoint, target] in
      RDSDataClient(
        service: try environment.service(nil), endpoint: endpoint, target: target)
    }
    let connection = DataAPIConnection(
      RDSDataClient(
        service: try environment.service(cancellation), endpoint: endpoint, target: target,
        onResuming: onResuming), options: options)
    // Here, so that what keeps it from working is no failure of the first statement.
    try connection.check()
    return connection
  }
}
