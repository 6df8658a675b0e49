/// Why no answer came.
package struct HTTPFailure: Error, Sendable, Equatable {
  /// What is known of the request.
  package enum Code: Sendable {
    /// It never left: no name, no connection, no trust in the certificate.
    case notSent
    /// It may have arrived, and may have had its effect.
    case noAnswer
    /// The time was up; as `noAnswer`.
    case timedOut
    /// The caller asked to stop.
    case cancelled
  }

  /// What is known of the request.
  package var code: Code
  /// What libcurl says, without a full stop.
  package var message: String
  /// What kept the request from being made at all.
  var reason: AWSError?
}
