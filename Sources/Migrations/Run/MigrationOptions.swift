package import Postgres

/// How to apply a plan.
package struct MigrationOptions: Sendable {
  /// The version of this tool, for the ledger.
  package var toolVersion: String
  /// An id for this run, for the ledger.
  package var runID: String
  /// How long another runner may take before this one gives up; nil waits as long as it takes.
  package var waitLimit: Duration?
  /// The `lock_timeout` of statements in a transaction, in PostgreSQL's notation, unless the file or
  /// the session has one; nil sets none.
  ///
  /// A statement that waits for a lock lets everybody wait who comes after it (PostgreSQL manual,
  /// section 13.3 "Explicit Locking"), so a short wait that is repeated does less harm than a long one.
  package var lockTimeout: String? = "2s"
  /// The `statement_timeout` of each statement unless the file or the session has one; nil sets none.
  package var statementTimeout: String?
  /// How a migration is tried again that waited too long for a lock, or was the victim of a deadlock.
  package var lockRetries = Backoff()
  /// What to do with a statement that a run was stopped in, when nothing tells how it ended.
  package var unfinished = Unfinished.ask
  /// Opens a second session, to look at what the first one waits for; nil does not look.
  package var observer: (@Sendable () throws -> any Connection)?
  /// What is migrated, and where its ledger lies.
  package var place = LedgerPlace.database
  /// Behind a pooler, what has to be prolonged in each transaction.
  var lease: Lease?
  /// What the connection was made with, to tell an interrupt from a timeout of the server.
  package var cancellation: Cancellation?

  /// Options with a random run id unless one is given.
  package init(
    toolVersion: String, runID: String = MigrationOptions.randomRunID(),
    waitLimit: Duration? = nil, cancellation: Cancellation? = nil
  ) {
    self.toolVersion = toolVersion
    self.runID = runID
    self.waitLimit = waitLimit
    self.cancellation = cancellation
  }

  /// What to do with a statement of which nothing tells whether it came to its end.
  package enum Unfinished: String, Sendable, CaseIterable {
    /// End with an error that says so.
    case ask
    /// Run it again.
    case rerun
    /// Take it for done.
    case skip
  }

  /// Pauses, and ends early with `error` when the caller asks to stop.
  func sleep(_ pause: Duration, afterwards error: MigrationError) throws(MigrationError) {
    guard Backoff.wait(pause, unless: cancellation) else { throw error }
  }

  /// A random UUID: RFC 9562, version 4.
  package static func randomRunID() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let digits = [high, low].map { value in
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var parts: [Substring] = []
    var rest = digits[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }
}
