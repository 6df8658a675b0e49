/// A run of a command as the database remembers it.
package struct RunRecord: Sendable, Equatable {
  /// How a run ended.
  package enum Result: String, Sendable, Codable, CaseIterable {
    /// Done and good.
    case good
    /// A check found something.
    case found
    /// A check came to no conclusion.
    case inconclusive
    /// An error.
    case failed
    /// Somebody asked to stop.
    case interrupted
  }

  /// A UUID.
  package var id: String
  /// The command, for example `migrate up`.
  package var command: String
  /// The database, as the user named it; without a password.
  package var target: String
  /// The version of dbtool.
  package var toolVersion: String
  /// The commit of the project; nil outside a repository.
  package var gitCommit: String?
  /// Who ran it, as `user@host`.
  package var runBy: String
  /// The role that was connected; nil before the server has said so.
  package var databaseUser: String?
  /// When it began: in the server's time zone's form, or RFC 3339 before it was stored.
  package var startedAt: String
  /// How long it took.
  package var milliseconds: Int
  /// How it ended.
  package var result: Result
  /// The exit code.
  package var exitCode: Int
  /// What went wrong, one sentence; nil when nothing did.
  package var error: String?
  /// What was done, for example `migrations` and `probes`.
  package var counts: [String: Int]

  /// A record of its parts.
  package init(
    id: String, command: String, target: String, toolVersion: String, gitCommit: String? = nil,
    runBy: String, databaseUser: String? = nil, startedAt: String, milliseconds: Int,
    result: Result, exitCode: Int, error: String? = nil, counts: [String: Int] = [:]
  ) {
    self.id = id
    self.command = command
    self.target = target
    self.toolVersion = toolVersion
    self.gitCommit = gitCommit
    self.runBy = runBy
    self.databaseUser = databaseUser
    self.startedAt = startedAt
    self.milliseconds = milliseconds
    self.result = result
    self.exitCode = exitCode
    self.error = error
    self.counts = counts
  }
}
