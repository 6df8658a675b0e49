internal import Wording

/// The password for a database user that signs in with IAM: a URL with its signature.
///
/// Amazon RDS User Guide, "IAM database authentication". It is good for 15 minutes, which matters
/// when a session begins and not while it lasts; the server takes it over TLS only.
package enum DatabaseToken {
  /// The token.
  ///
  /// - Parameters:
  ///   - host: The instance's or cluster's own name: the signature is for that name.
  ///   - region: The region that the database is in.
  package static func make(
    host: String, port: Int, user: String, region: String, credentials: AWSCredentials,
    at time: SigningTime
  ) -> String {
    let address = "\(host):\(port)"
    let request = SigningRequest(
      method: "GET", path: "/",
      query: "Action=connect&DBUser=" + PercentEncoding.encoded(user.utf8),
      headers: [.init("Host", address)])
    let signer = RequestSigner(credentials: credentials, region: region, service: "rds-db")
    let signed = signer.presigned(request, at: time, expiresIn: 900)
    return address + signed.path + "?" + (signed.query ?? "")
  }
}
