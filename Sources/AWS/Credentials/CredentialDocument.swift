#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Credentials in JSON, as programs, containers, instances and the SSO portal give them.
struct CredentialDocument: Decodable {
  var accessKeyID: String
  var secretAccessKey: String
  var sessionToken: String?
  var expiration: Int64?

  private enum Keys: String, CodingKey {
    case AccessKeyId, SecretAccessKey, SessionToken, Token, Expiration
    case accessKeyId, secretAccessKey, sessionToken, expiration
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    func text(_ names: Keys...) throws -> String? {
      for name in names {
        if let text = try values.decodeIfPresent(String.self, forKey: name) { return text }
      }
      return nil
    }
    guard let id = try text(.AccessKeyId, .accessKeyId),
      let secret = try text(.SecretAccessKey, .secretAccessKey), !id.isEmpty, !secret.isEmpty
    else { throw AWSError(.badAnswer, "no keys") }
    accessKeyID = id
    secretAccessKey = secret
    sessionToken = try text(.SessionToken, .Token, .sessionToken)
    // The portal gives milliseconds, the others a timestamp.
    if let milliseconds = try? values.decode(Int64.self, forKey: .expiration) {
      expiration = milliseconds / 1_000
    } else {
      expiration = try text(.Expiration).flatMap(SigningTime.seconds(ofISO8601:))
    }
  }

  /// The credentials in `json`.
  ///
  /// - Throws: `AWSError` that says where they come from, and none of the text.
  static func credentials(
    in json: some Sequence<UInt8>, from place: String
  ) throws(AWSError) -> AWSCredentials {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(json)) else {
      throw AWSError(
        .badAnswer, "\(place) gave no JSON object with AccessKeyId and SecretAccessKey")
    }
    return AWSCredentials(
      accessKeyID: document.accessKeyID, secretAccessKey: document.secretAccessKey,
      sessionToken: document.sessionToken, expiration: document.expiration)
  }
}
