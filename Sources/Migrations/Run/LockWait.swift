/// What a migration waits for.
package struct LockWait: Sendable, Equatable {
  /// A session that stands in the way.
  package struct Blocker: Sendable, Equatable {
    /// The server's process id.
    package var pid: Int
    /// The role that is logged in.
    package var user: String
    /// What the session calls itself; may be empty.
    package var applicationName: String
    /// `active`, `idle in transaction` and so on.
    package var state: String
    /// How long its transaction is open, in seconds; nil when there is none.
    package var seconds: Int?
    /// What it runs or ran last, on one line and cut.
    package var query: String
  }

  /// The table or other object, as `schema.name` where it has one; nil when it has no name.
  package var object: String?
  /// The lock's mode as PostgreSQL calls it, for example `AccessExclusiveLock`.
  package var mode: String
  /// Who stands in the way, longest first.
  package var blockers: [Blocker]
}

extension LockWait: CustomStringConvertible {
  /// What is waited for and who holds it, in one line.
  package var description: String {
    let wanted = mode + (object.map { " on \($0)" } ?? "")
    guard let first = blockers.first else { return wanted }
    let more = blockers.count > 1 ? " and \(blockers.count - 1) more" : ""
    return "\(wanted), held up by \(first)\(more)"
  }
}

extension LockWait.Blocker: CustomStringConvertible {
  /// Who it is, since when, and with what.
  package var description: String {
    let application = applicationName.isEmpty ? "" : ", \(applicationName)"
    let age = seconds.map { " for \($0) s" } ?? ""
    return "session \(pid) (\(user)\(application), \(state)\(age)): \(query)"
  }
}
