internal import AWS
internal import DataAPI
internal import Postgres

/// A cluster behind the RDS Data API, and who calls it.
struct DataAPIAccess: Sendable {
  private let target: RDSDataClient.Target
  private let endpoint: ServiceEndpoint
  private let environment: AWSEnvironment

  /// - Throws: `AWSError` for a configuration that makes no sense.
  init(_ address: DataAPIAddress, _ host: HostEnvironment) throws {
    target = RDSDataClient.Target(
      cluster: address.cluster, secret: address.secret, database: address.database)
    environment = try AWSEnvironment(region: address.region, host)
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
