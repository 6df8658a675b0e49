/// What went wrong on the way to AWS.
package struct AWSError: Error, Sendable, Equatable {
  /// What kind of failure it is.
  package enum Code: String, Sendable {
    /// A configuration or credentials file, or a variable, says something that makes no sense.
    case configuration
    /// Nothing says who is calling.
    case noCredentials
  }

  /// What kind of failure it is.
  package var code: Code
  /// One sentence without a full stop at its end; no secret is in it.
  package var message: String
  /// What to do next.
  package var remedy: String?

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
