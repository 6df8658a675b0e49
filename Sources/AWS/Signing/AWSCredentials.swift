/// What AWS knows a caller by.
package struct AWSCredentials: Sendable, Equatable {
  /// The access key's id, which may be shown.
  package var accessKeyID: String
  /// The secret, which is never shown.
  package var secretAccessKey: String
  /// The token that goes with temporary credentials.
  package var sessionToken: String?
  /// When they end, in seconds since 1970; nil for those that do not.
  package var expiration: Int64?

  /// Credentials from their parts.
  package init(
    accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil,
    expiration: Int64? = nil
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible {
  /// The id alone: credentials end up in messages sooner or later.
  package var description: String { "AWSCredentials(\(accessKeyID))" }
  /// The id alone.
  package var debugDescription: String { description }
}
