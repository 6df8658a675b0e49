/// What became of an operation, in few enough words to count by.
///
/// PostgreSQL manual, appendix A "PostgreSQL Error Codes".
public enum StatusClass: String, Sendable, Hashable, CaseIterable {
  /// It ran.
  case ok = "OK"
  /// A policy or a privilege refused it (42501).
  case denied = "Denied"
  /// Another transaction was in the way: serialization failures and deadlocks (class 40).
  case conflict = "Conflict"
  /// It, or the lock it waited for, took too long, or somebody cancelled it.
  case timeout = "Timeout"
  /// The statement or its data was at fault.
  case client = "Client"
  /// The server, or the way to it, was at fault.
  case server = "Server"
  /// An error before it kept it from running.
  case skipped = "Skipped"

  /// The class of a record's status.
  public init(status: String) {
    switch status {
    case "OK": self = .ok
    case "skipped": self = .skipped
    case "ERROR": self = .server
    case "42501": self = .denied
    // query_canceled, lock_not_available, and the timeouts of idle sessions.
    case "57014", "55P03", "25P03", "57P05": self = .timeout
    default:
      switch status.prefix(2) {
      case "40": self = .conflict
      case "08", "53", "54", "55", "57", "58", "F0", "HV", "XX": self = .server
      default: self = .client
      }
    }
  }

  /// True for what somebody may want to be told of.
  public var isError: Bool { self != .ok && self != .skipped }
}
