import AWS
import DataAPI
import LocalPostgres
import Postgres

/// How a database is reached; connections are opened with it, also from other threads.
enum DatabaseAccess: Sendable {
  /// Through libpq, with a connection string.
  case libpq(String)
  /// Through the RDS Data API.
  case dataAPI(DataAPIAccess)

  /// Opens a connection.
  ///
  /// - Parameters:
  ///   - connectTimeout: Seconds to wait for a server unless the connection string says so.
  ///   - cancellation: Cancels what the connection runs.
  func connect(
    connectTimeout: Int = 10, cancellation: Cancellation? = nil,
    onResuming: @escaping (Duration) -> Void = { _ in }
  ) throws -> any Connection {
    switch self {
    case .libpq(let conninfo):
      try LibPQConnection(
        conninfo: conninfo, connectTimeout: connectTimeout, cancellation: cancellation)
    case .dataAPI(let access):
      try access.connect(cancellation: cancellation, onResuming: onResuming)
    }
  }
}

/// A cluster behind the RDS Data API, and who calls it.
struct DataAPIAccess: Sendable {
  private let target: RDSDataClient.Target
  private let endpoint: ServiceEndpoint
  private let configuration: SharedConfiguration
  private let credentials: CredentialSource

  /// - Throws: `AWSError` for a configuration that makes no sense.
  init(_ address: DataAPIAddress, environment: [String: String]) throws {
    configuration = try SharedConfiguration(variables: environment, readFile: Files.textIfThere)
    target = RDSDataClient.Target(
      cluster: address.cluster, secret: address.secret, database: address.database)
    endpoint = try ServiceEndpoint.resolve(
      "rds-data", variable: "RDS_DATA", region: address.region, endpoint: address.endpoint,
      configuration: configuration)
    credentials = CredentialSource(
      CredentialChain(
        configuration, region: address.region,
        isCancelled: { Interrupts.cancellation.isRequested }
      ) { arguments in
        let outcome = try ChildProcess.run(
          arguments, variables: environment.map { "\($0.key)=\($0.value)" }, dropsErrors: true)
        return (outcome.status, outcome.output)
      })
  }

  func connect(
    cancellation: Cancellation?, onResuming: @escaping (Duration) -> Void
  ) throws -> DataAPIConnection {
    let service = try ServiceClient(
      credentials: credentials, configuration: configuration,
      isCancelled: { cancellation?.isRequested ?? false })
    return DataAPIConnection(
      RDSDataClient(service: service, endpoint: endpoint, target: target, onResuming: onResuming))
  }
}
