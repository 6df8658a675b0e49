import AWS
import LocalPostgres
import Postgres

/// Who calls AWS from here, and how.
struct AWSEnvironment: Sendable {
  let configuration: SharedConfiguration
  let region: String
  let credentials: CredentialSource

  init(_ configuration: SharedConfiguration, region: String, variables: [String: String]) {
    self.configuration = configuration
    self.region = region
    credentials = CredentialSource(
      CredentialChain(
        configuration, region: region,
        isCancelled: { Interrupts.cancellation.isRequested }
      ) { arguments in
        let outcome = try ChildProcess.run(
          arguments, variables: variables.map { "\($0.key)=\($0.value)" }, dropsErrors: true)
        return (outcome.status, outcome.output)
      })
  }

  /// A client for one thread.
  func service(_ cancellation: Cancellation?) throws -> ServiceClient {
    try ServiceClient(
      credentials: credentials, configuration: configuration,
      isCancelled: { cancellation?.isRequested ?? false })
  }

  /// Where a service is in the region.
  func endpoint(_ service: String, variable: String, at address: String? = nil) throws
    -> ServiceEndpoint
  {
    try ServiceEndpoint.resolve(
      service, variable: variable, region: region, endpoint: address,
      configuration: configuration)
  }
}
