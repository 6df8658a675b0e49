package import AWS
package import DataAPI
package import DataAPIServer

/// An RDS Data API in this process, in front of a test's database.
package final class LocalDataAPI: Sendable {
  /// The ARN of its cluster.
  package static let cluster = "arn:aws:rds:us-east-1:123456789012:cluster:local"
  /// The ARN of its secret.
  package static let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:local"
  /// Variables of a caller with keys that nobody checks.
  package static let environment = [
    "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
  ]

  /// The server.
  package let server: DataAPIServer
  private let database: TestDatabase

  /// Starts one on a port that is free.
  package init(
    _ database: TestDatabase, _ configure: (inout DataAPIServerOptions) -> Void = { _ in }
  ) throws {
    var options = DataAPIServerOptions(conninfo: database.conninfo)
    configure(&options)
    self.database = database
    server = try DataAPIServer(options)
  }

  deinit { server.stop() }

  /// The URL that names the database to dbtool.
  package var url: String {
    "data-api://?cluster=\(Self.cluster)&secret=\(Self.secret)&database=\(database.name)"
      + "&endpoint=\(server.endpoint)"
  }

  /// A connection to the database.
  package func connect(
    options: DataAPIConnection.Options = DataAPIConnection.Options(), attempts: Int = 1,
    onResuming: @escaping (Duration) -> Void = { _ in }
  ) throws -> DataAPIConnection {
    DataAPIConnection(
      try makeClient(attempts: attempts, onResuming: onResuming), options: options)
  }

  /// A client for one thread.
  package func makeClient(
    attempts: Int = 1, isCancelled: @escaping @Sendable () -> Bool = { false },
    onResuming: @escaping (Duration) -> Void = { _ in }
  ) throws -> RDSDataClient {
    let credentials = AWSCredentials(accessKeyID: "AKIDTEST", secretAccessKey: "secret")
    var retries = RetryPolicy()
    retries.attempts = attempts
    retries.base = .milliseconds(10)
    let service = try ServiceClient(
      credentials: CredentialSource { () throws(AWSError) in credentials },
      configuration: try SharedConfiguration(variables: [:], readFile: { _ in nil }),
      retries: retries, isCancelled: isCancelled)
    return RDSDataClient(
      service: service,
      endpoint: ServiceEndpoint(
        origin: server.endpoint, region: "us-east-1", signingName: "rds-data"),
      target: RDSDataClient.Target(
        cluster: Self.cluster, secret: Self.secret, database: database.name),
      onResuming: onResuming)
  }
}
