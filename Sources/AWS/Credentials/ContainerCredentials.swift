/// The credentials of a container: ECS, EKS Pod Identity, Lambda SnapStart, CodeBuild.
///
/// AWS SDKs and Tools Reference Guide, "Container credential provider".
struct ContainerCredentials {
  private let configuration: SharedConfiguration

  init(_ configuration: SharedConfiguration) { self.configuration = configuration }

  /// The credentials; nil outside a container that has them.
  func credentials(_ http: HTTPClient) throws(AWSError) -> AWSCredentials? {
    let origin: String
    let path: String
    if let relative = configuration.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      origin = "http://169.254.170.2"
      path = relative
    } else if let full = configuration.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      guard let parts = Self.parts(full), Self.isTrusted(parts.origin) else {
        throw AWSError(
          .configuration,
          "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or name this machine or the "
            + "container's own addresses")
      }
      (origin, path) = parts
    } else {
      return nil
    }
    var headers: [SigningRequest.Header] = [.init("Accept", "application/json")]
    if let token = try token() { headers.append(.init("Authorization", token)) }
    let pair = path.split(separator: "?", maxSplits: 1)
    var request = HTTPRequest(
      method: "GET", origin: origin, path: pair.first.map(String.init) ?? "/",
      query: pair.count > 1 ? String(pair[1]) : nil, headers: headers, timeout: .seconds(5))
    request.connectTimeout = .seconds(2)
    request.usesProxy = false
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try http.send(request) } catch {
      throw AWSError(.unreachable, "the container's credentials: \(error.message)")
    }
    guard response.status == 200 else {
      throw AWSError(
        .noCredentials, "the container's credentials: HTTP status \(response.status)")
    }
    return try CredentialDocument.credentials(in: response.body, from: "the container")
  }

  /// The token that goes with the request, read again each time because it is replaced.
  private func token() throws(AWSError) -> String? {
    var token = configuration.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if let file = configuration.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      guard let text = configuration.readFile(file) else {
        throw AWSError(.configuration, "the container's token \(file) cannot be read")
      }
      token = text
    }
    // A line break would begin another header field.
    if let token, token.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
      throw AWSError(.configuration, "the container's token has a line break in it")
    }
    return token
  }

  private static func parts(_ url: String) -> (origin: String, path: String)? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let rest = url[scheme.upperBound...]
    guard let slash = rest.firstIndex(of: "/") else { return (url, "/") }
    return (String(url[..<slash]), String(url[slash...]))
  }

  /// Whoever gets the token gets the credentials.
  private static func isTrusted(_ origin: String) -> Bool {
    if origin.hasPrefix("https://") { return true }
    guard origin.hasPrefix("http://") else { return false }
    let authority = origin.dropFirst("http://".count)
    let host =
      authority.hasPrefix("[")
      ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    if octets.count == 4, octets.first == 127, !octets.contains(nil) { return true }
    return ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
      .contains(String(host))
  }
}
