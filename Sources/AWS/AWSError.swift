/// What went wrong on the way to AWS.
package struct AWSError: Error, Sendable, Equatable {
  /// What kind of failure it is.
  package enum Code: String, Sendable {
    /// A configuration or credentials file, or a variable, says something that makes no sense.
    case configuration
    /// Nothing says who is calling.
    case noCredentials
    /// The request never reached the service.
    case unreachable
    /// The request may have reached the service, and no answer came: its effect is not known.
    case noAnswer
    /// The service answered with an error.
    case refused
    /// The answer makes no sense.
    case badAnswer
    /// The caller asked to stop.
    case cancelled
  }

  /// What kind of failure it is.
  package var code: Code
  /// One sentence without a full stop at its end; no secret is in it.
  package var message: String
  /// What to do next.
  package var remedy: String?
  /// The error's name in the service's model, for example `DatabaseErrorException`.
  package var type: String?
  /// The HTTP status that came with it.
  package var status: Int?
  /// The server's process that goes on with a statement whose call has timed out.
  package var databaseProcess: Int?

  /// A failure of a kind with its message.
  package init(_ code: Code, _ message: String, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }
}

extension AWSError: CustomStringConvertible {
  /// The sentence, and what to do.
  package var description: String { message + (remedy.map { "; " + $0 } ?? "") }
}
