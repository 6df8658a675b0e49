/// The credentials of an EC2 instance, by version 2 of its metadata service alone.
///
/// AWS SDKs and Tools Reference Guide, "IMDS credential provider".
struct InstanceCredentials {
  private let configuration: SharedConfiguration
  private let origin: String

  init(_ configuration: SharedConfiguration) {
    self.configuration = configuration
    let isIPv6 =
      configuration.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
    let own = configuration.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
    let origin = own ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    self.origin = origin.hasSuffix("/") ? String(origin.dropLast()) : origin
  }

  /// The credentials; nil on a machine that is no instance, or one without a role.
  func credentials(_ http: HTTPClient) throws(AWSError) -> AWSCredentials? {
    guard configuration.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
      return nil
    }
    guard
      let token = ask(
        http, "PUT", "/latest/api/token", .init("x-aws-ec2-metadata-token-ttl-seconds", "21600"))
    else { return nil }
    let key = SigningRequest.Header(
      "x-aws-ec2-metadata-token", String(decoding: token, as: UTF8.self))
    let folder = "/latest/meta-data/iam/security-credentials/"
    guard let roles = ask(http, "GET", folder, key),
      let role = String(decoding: roles, as: UTF8.self).split(separator: "\n").first,
      let document = ask(http, "GET", folder + role, key)
    else { return nil }
    return try CredentialDocument.credentials(in: document, from: "the instance")
  }

  /// One try of a second: elsewhere nobody answers at that address.
  private func ask(
    _ http: HTTPClient, _ method: String, _ path: String, _ header: SigningRequest.Header
  ) -> [UInt8]? {
    var request = HTTPRequest(
      method: method, origin: origin, path: path, headers: [header], timeout: .seconds(1))
    request.connectTimeout = .seconds(1)
    request.usesProxy = false
    guard let response = try? http.send(request), response.status == 200 else { return nil }
    return response.body
  }
}
