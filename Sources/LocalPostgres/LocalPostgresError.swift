/// Why a local PostgreSQL server could not be found, made, started or stopped.
package struct LocalPostgresError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: Sendable, Equatable {
    /// No directory holds both `initdb` and `postgres`.
    case binariesNotFound
    /// This platform or account can't run a server.
    case unsupported
    /// A directory belongs to someone else or is open to others.
    case unsafeDirectory
    /// The operating system refused something about a file or a process.
    case system
    /// `initdb` failed.
    case initializationFailed
    /// The server ended or did not answer after its start.
    case startFailed
    /// The server would not end.
    case stopFailed
    /// An extension may not be made, or the server has none of that name.
    case extensionRefused
    /// A cluster's name is not allowed.
    case invalidName
    /// Another process is at work on the same cluster.
    case busy
  }

  /// What kind of failure it is.
  package var code: Code
  /// What happened, one sentence without a full stop.
  package var message: String
  /// What to do about it; nil when there is nothing to advise.
  package var remedy: String?

  /// An error of a kind with its message.
  package init(_ code: Code, _ message: String, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  /// The message and the remedy.
  package var description: String {
    guard let remedy else { return message }
    return "\(message). \(remedy)"
  }
}
