internal import Wording

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
      [
        ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role),
        ("RoleSessionName", session ?? Self.session), ("WebIdentityToken", token),
      ], signer: nil, http)
  }

  /// A role for who has other credentials.
  func assumeRole(
    _ role: String, session: String?, externalID: String?, seconds: String?,
    as credentials: AWSCredentials, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials {
    var parameters = [
      ("Action", "AssumeRole"), ("RoleArn", role), ("RoleSessionName", session ?? Self.session),
    ]
    if let externalID { parameters.append(("ExternalId", externalID)) }
    if let seconds { parameters.append(("DurationSeconds", seconds)) }
    return try send(parameters, signer: credentials, http)
  }

  private static let session = "dbtool"

  private func send(
    _ parameters: [(String, String)], signer credentials: AWSCredentials?, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials {
    let endpoint = try ServiceEndpoint.resolve(
      "sts", variable: "STS", region: region, configuration: configuration)
    let body = ([("Version", "2011-06-15")] + parameters)
      .map { "\($0)=\(PercentEncoding.encoded($1.utf8))" }.joined(separator: "&")
    var request = HTTPRequest(
      origin: endpoint.origin,
      headers: [.init("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(body.utf8), timeout: .seconds(20))
    if let credentials {
      request.sign(
        with: RequestSigner(
          credentials: credentials, region: region, service: endpoint.signingName), at: .now())
    }
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try http.send(request) } catch {
      throw AWSError(error, endpoint)
    }
    let xml = String(decoding: response.body, as: UTF8.self)
    guard response.status == 200 else {
      let reason = Self.value("Message", xml) ?? "HTTP status \(response.status)"
      var error = AWSError(.refused, "AWS STS refuses the role: \(reason)")
      error.type = Self.value("Code", xml)
      error.status = response.status
      throw error
    }
    guard let id = Self.value("AccessKeyId", xml), let secret = Self.value("SecretAccessKey", xml)
    else { throw AWSError(.badAnswer, "AWS STS gave no credentials") }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret, sessionToken: Self.value("SessionToken", xml),
      expiration: Self.value("Expiration", xml).flatMap(SigningTime.seconds(ofISO8601:)))
  }

  /// The text of the first element of a name.
  ///
  /// The four that are needed hold base64, a date or a sentence, so no more of XML is needed.
  private static func value(_ name: String, _ xml: String) -> String? {
    guard let start = xml.firstRange(of: "<\(name)>")?.upperBound,
      let end = xml[start...].firstRange(of: "</\(name)>")?.lowerBound
    else { return nil }
    return String(xml[start..<end])
  }
}
