internal import Digests
internal import Wording

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The credentials of somebody who signed in with `aws sso login`.
///
/// AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider".
struct SSOCredentials {
  private let configuration: SharedConfiguration
  private let name: String
  private let profile: [String: String]

  init(_ configuration: SharedConfiguration, _ name: String, _ profile: [String: String]) {
    self.configuration = configuration
    self.name = name
    self.profile = profile
  }

  /// The credentials; nil for a profile that has nothing to do with SSO.
  func credentials(_ http: HTTPClient) throws(AWSError) -> AWSCredentials? {
    guard let account = profile["sso_account_id"], let role = profile["sso_role_name"] else {
      return nil
    }
    var session = profile
    if let name = profile["sso_session"] {
      guard let found = configuration.session(name) else {
        throw AWSError(.configuration, "there is no section [sso-session \(name)]")
      }
      session = found
    }
    guard let start = session["sso_start_url"], let region = session["sso_region"] else {
      throw AWSError(
        .configuration, "the profile \(name) lacks sso_start_url or sso_region")
    }
    let token = try token(profile["sso_session"] ?? start)
    let endpoint = try ServiceEndpoint.resolve(
      "portal.sso", variable: "SSO", region: region, configuration: configuration)
    let query =
      "role_name=\(PercentEncoding.encoded(role.utf8))"
      + "&account_id=\(PercentEncoding.encoded(account.utf8))"
    let request = HTTPRequest(
      method: "GET", origin: endpoint.origin, path: "/federation/credentials", query: query,
      headers: [.init("x-amz-sso_bearer_token", token)], timeout: .seconds(10))
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try http.send(request) } catch {
      throw AWSError(error, endpoint)
    }
    if let error = ServiceError(response) {
      throw error.status == 401 ? expired : AWSError(error)
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
      throw AWSError(.badAnswer, "the SSO portal gave no credentials")
    }
    let found = answer.roleCredentials
    return AWSCredentials(
      accessKeyID: found.accessKeyID, secretAccessKey: found.secretAccessKey,
      sessionToken: found.sessionToken, expiration: found.expiration)
  }

  /// The token that `aws sso login` left.
  private func token(_ key: String) throws(AWSError) -> String {
    let home = configuration.variables["HOME"] ?? ""
    let file = home + "/.aws/sso/cache/" + SHA1.hexDigest(of: Array(key.utf8)) + ".json"
    guard let text = configuration.readFile(file),
      let cached = try? JSONDecoder().decode(CachedToken.self, from: Data(text.utf8)),
      let end = SigningTime.seconds(ofISO8601: cached.expiresAt), end > Int64(time(nil))
    else { throw expired }
    return cached.accessToken
  }

  private var expired: AWSError {
    AWSError(
      .noCredentials, "the SSO session of the profile \(name) is not there or has ended",
      remedy: "run `aws sso login --profile \(name)`")
  }

  private struct CachedToken: Decodable {
    var accessToken: String
    var expiresAt: String
  }

  private struct Answer: Decodable {
    var roleCredentials: CredentialDocument
  }
}
