internal import Digests
internal import Wording

/// Signs requests with AWS Signature Version 4, and makes URLs that carry their signature.
///
/// AWS General Reference, "Signature Version 4 signing process". A server that knows the secret
/// computes the same and compares.
package struct RequestSigner: Sendable {
  /// Who signs.
  package var credentials: AWSCredentials
  /// The region, for example `eu-central-1`.
  package var region: String
  /// The service's signing name, for example `rds-data`.
  package var service: String
  /// False for S3, which takes paths as they are.
  package var normalizesPath = true
  /// True when the body's digest is to go with the request.
  package var sendsBodyDigest = false
  /// False for services that want the session's token beside the signature and not under it.
  package var signsToken = true

  private static let algorithm = "AWS4-HMAC-SHA256"

  /// A signer from its parts.
  package init(credentials: AWSCredentials, region: String, service: String) {
    self.credentials = credentials
    self.region = region
    self.service = service
  }

  /// The request with the header fields that sign it.
  ///
  /// - Precondition: It has a Host field; without one no server accepts it.
  package func signed(_ request: SigningRequest, at time: SigningTime) -> SigningRequest {
    var request = request
    func add(_ name: String, _ value: String) { request.headers.append(.init(name, value)) }
    if signsToken, let token = credentials.sessionToken { add("X-Amz-Security-Token", token) }
    add("X-Amz-Date", time.timestamp)
    if sendsBodyDigest { add("x-amz-content-sha256", request.bodyDigest) }
    let names = request.signedHeaders
    let signature = signature(of: request, at: time)
    if !signsToken, let token = credentials.sessionToken { add("X-Amz-Security-Token", token) }
    add(
      "Authorization",
      "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(time)), "
        + "SignedHeaders=\(names), Signature=\(signature)")
    return request
  }

  /// The request with a query that signs it for some time.
  ///
  /// - Parameter seconds: How long it is good.
  package func presigned(
    _ request: SigningRequest, at time: SigningTime, expiresIn seconds: Int
  ) -> SigningRequest {
    var request = request
    func add(_ name: String, _ value: String) {
      let pair = name + "=" + PercentEncoding.encoded(value.utf8)
      request.query = request.query.map { $0.isEmpty ? pair : $0 + "&" + pair } ?? pair
    }
    add("X-Amz-Algorithm", Self.algorithm)
    add("X-Amz-Credential", credentials.accessKeyID + "/" + scope(time))
    add("X-Amz-Date", time.timestamp)
    add("X-Amz-SignedHeaders", request.signedHeaders)
    add("X-Amz-Expires", String(seconds))
    if signsToken, let token = credentials.sessionToken { add("X-Amz-Security-Token", token) }
    let signature = signature(of: request, at: time)
    if !signsToken, let token = credentials.sessionToken { add("X-Amz-Security-Token", token) }
    add("X-Amz-Signature", signature)
    return request
  }

  /// What is signed: the canonical request's digest with its time and scope.
  package func stringToSign(
    _ request: SigningRequest, at time: SigningTime
  ) -> String {
    let canonical = request.canonical(normalizesPath: normalizesPath)
    return [
      Self.algorithm, time.timestamp, scope(time), SHA256.hexDigest(of: Array(canonical.utf8)),
    ].joined(separator: "\n")
  }

  /// The signature of a request as it is, with no header field added.
  package func signature(
    of request: SigningRequest, at time: SigningTime
  ) -> String {
    HMACSHA256.hexCode(
      of: Array(stringToSign(request, at: time).utf8), key: key(time))
  }

  private func scope(_ time: SigningTime) -> String {
    "\(time.date)/\(region)/\(service)/aws4_request"
  }

  private func key(_ time: SigningTime) -> [UInt8] {
    [time.date, region, service, "aws4_request"].reduce(
      Array("AWS4\(credentials.secretAccessKey)".utf8)
    ) { key, part in
      HMACSHA256.code(of: Array(part.utf8), key: key)
    }
  }
}
