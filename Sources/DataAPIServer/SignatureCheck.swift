internal import AWS

/// Looks whether a request is signed by who it says.
///
/// AWS General Reference, "Signature Version 4 signing process".
struct SignatureCheck {
  let credentials: AWSCredentials
  /// How far the clocks may be apart; AWS: 5 minutes.
  var tolerance: Int64 = 300

  /// The region that a request is signed for.
  ///
  /// - Parameter now: Seconds since 1970.
  /// - Throws: `ServiceFailure` for a request that is not signed as it should be.
  func region(of request: SigningRequest, at now: Int64) throws(ServiceFailure) -> String {
    func header(_ name: String) -> String? {
      request.headers.first { $0.name.lowercased() == name }?.value
    }
    guard let authorization = header("authorization") else {
      throw ServiceFailure(.missingToken, "Missing Authentication Token")
    }
    let parts = authorization.dropFirst("AWS4-HMAC-SHA256 ".count).split(separator: ",")
    var values: [String: String] = [:]
    for part in parts {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
    }
    let scope = (values["Credential"] ?? "").split(separator: "/", omittingEmptySubsequences: false)
    guard authorization.hasPrefix("AWS4-HMAC-SHA256 "), scope.count == 5,
      let names = values["SignedHeaders"]?.split(separator: ";").map(String.init),
      let signature = values["Signature"], let date = header("x-amz-date"),
      let time = SigningTime.seconds(ofTimestamp: date)
    else {
      throw ServiceFailure(
        .incompleteSignature,
        "Authorization header requires 'Credential', 'Signature', "
          + "'SignedHeaders' parameters and existence of an 'X-Amz-Date' header.")
    }
    guard scope[0] == credentials.accessKeyID,
      header("x-amz-security-token") == credentials.sessionToken
    else {
      throw ServiceFailure(
        .unrecognizedClient, "The security token included in the request is invalid.")
    }
    guard scope[3] == "rds-data", scope[4] == "aws4_request" else {
      throw ServiceFailure(
        .invalidSignature,
        "Credential should be scoped to correct service: 'rds-data'.")
    }
    guard abs(now - time) <= tolerance else {
      let which = time < now ? "Signature expired" : "Signature not yet current"
      throw ServiceFailure(
        .invalidSignature,
        "\(which): \(date) is more than \(tolerance / 60) min. away from "
          + "\(SigningTime(secondsSince1970: now).timestamp)")
    }
    guard names.contains("host") else { throw mismatch }
    var signed = request
    signed.headers = request.headers.filter { names.contains($0.name.lowercased()) }
    let signer = RequestSigner(
      credentials: credentials, region: String(scope[2]), service: "rds-data")
    let expected = signer.signature(of: signed, at: SigningTime(secondsSince1970: time))
    // All bytes are looked at, so that the time tells nothing.
    let difference = zip(expected.utf8, signature.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) }
    guard difference == 0, expected.utf8.count == signature.utf8.count else { throw mismatch }
    return String(scope[2])
  }

  private var mismatch: ServiceFailure {
    ServiceFailure(
      .invalidSignature,
      "The request signature we calculated does not match the signature you provided. Check your "
        + "AWS Secret Access Key and signing method. Consult the service documentation for details."
    )
  }
}
