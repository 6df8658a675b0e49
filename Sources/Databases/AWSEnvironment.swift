package import AWS
package import Postgres
internal import Processes

/// Who calls AWS from here, and how.
package struct AWSEnvironment: Sendable {
  /// Profiles and variables.
  package let configuration: SharedConfiguration
  /// Where the services are.
  package let region: String
  /// Who calls.
  package let credentials: CredentialSource

  /// Calls from a process of this host.
  ///
  /// - Throws: `AWSError` for configuration files that make no sense.
  package init(region: String, _ host: HostEnvironment) throws {
    try self.init(
      SharedConfiguration(variables: host.variables, readFile: HostEnvironment.text),
      region: region, host)
  }

  /// The same, in the region that the environment or the profile names unless one is given.
  ///
  /// - Throws: `DatabaseURLError` when no region is known.
  package init(orRegion region: String?, _ host: HostEnvironment) throws {
    let configuration = try SharedConfiguration(
      variables: host.variables, readFile: HostEnvironment.text)
    guard let region = region ?? configuration.region else {
      throw DatabaseURLError(
        "no AWS region is known", remedy: "set AWS_REGION, or name the region in the configuration")
    }
    self.init(configuration, region: region, host)
  }

  init(_ configuration: SharedConfiguration, region: String, _ host: HostEnvironment) {
    self.configuration = configuration
    self.region = region
    credentials = CredentialSource(
      CredentialChain(
        configuration, region: region,
        isCancelled: host.isCancelled
      ) { arguments in
        let outcome = try ChildProcess.run(
          arguments, variables: host.variables.map { "\($0.key)=\($0.value)" }, dropsErrors: true)
        return (outcome.status, outcome.output)
      })
  }

  /// A client for one thread.
  package func service(_ cancellation: Cancellation?) throws -> ServiceClient {
    try ServiceClient(
      credentials: credentials, configuration: configuration,
      isCancelled: { cancellation?.isRequested ?? false })
  }

  /// The same, asked now and then whether to stop.
  package func service(isCancelled: @escaping @Sendable () -> Bool) throws -> ServiceClient {
    try ServiceClient(
      credentials: credentials, configuration: configuration, isCancelled: isCancelled)
  }

  /// Where a service is in the region.
  package func endpoint(_ service: String, variable: String, at address: String? = nil) throws
    -> ServiceEndpoint
  {
    try ServiceEndpoint.resolve(
      service, variable: variable, region: region, endpoint: address,
      configuration: configuration)
  }
}
