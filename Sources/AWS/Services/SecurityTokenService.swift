/// AWS STS: roles that somebody takes on.
///
/// AWS Security Token Service API Reference, AssumeRole and AssumeRoleWithWebIdentity.
struct SecurityTokenService {
  var configuration: SharedConfiguration
  var region: String

  /// A role for who has a web identity; such a request is not signed.
  func assumeRole(
    _ role: String, session: String?, webIdentity token: String, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials {
    try send(
      request(
        "AssumeRoleWithWebIdentity",
        [
          ("RoleArn", role), ("RoleSessionName", session ?? Self.session),
          ("WebIdentityToken", token),
        ]), signer: nil, http)
  }

  /// A role for who has other credentials.
  func assumeRole(
    _ role: String, session: String?, externalID: String?, seconds: String?,
    as credentials: AWSCredentials, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials {
    var parameters = [("RoleArn", role), ("RoleSessionName", session ?? Self.session)]
    if let externalID { parameters.append(("ExternalId", externalID)) }
    if let seconds { parameters.append(("DurationSeconds", seconds)) }
    return try send(request("AssumeRole", parameters), signer: credentials, http)
  }

  private static let session = "dbtool"

  private func request(_ action: String, _ parameters: [(String, String)]) -> QueryRequest {
    QueryRequest(action, version: "2011-06-15", parameters)
  }

  private func send(
    _ query: QueryRequest, signer credentials: AWSCredentials?, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials {
    let endpoint = try ServiceEndpoint.resolve(
      "sts", variable: "STS", region: region, configuration: configuration)
    var request = HTTPRequest(
      origin: endpoint.origin,
      headers: [.init("Content-Type", QueryRequest.contentType)], body: query.body,
      timeout: .seconds(20))
    if let credentials {
      request.sign(
        with: RequestSigner(
          credentials: credentials, region: region, service: endpoint.signingName), at: .now())
    }
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try http.send(request) } catch {
      throw AWSError(error, endpoint)
    }
    if let refusal = ServiceError(response) {
      let reason =
        refusal.message.isEmpty ? "HTTP status \(response.status)" : refusal.message
      var error = AWSError(.refused, "AWS STS refuses the role: \(reason)")
      error.type = refusal.type.isEmpty ? nil : refusal.type
      error.status = response.status
      throw error
    }
    guard let document = XMLElement(response.body), let id = document.first("AccessKeyId")?.text,
      let secret = document.first("SecretAccessKey")?.text
    else { throw AWSError(.badAnswer, "AWS STS gave no credentials") }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret,
      sessionToken: document.first("SessionToken")?.text,
      expiration: document.first("Expiration").flatMap { SigningTime.seconds(ofISO8601: $0.text) })
  }
}
