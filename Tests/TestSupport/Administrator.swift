import Postgres
import Synchronization

/// Runs statements of a superuser one by one, over a connection that is kept for the next one.
///
/// To connect costs a server more than most of what tests ask of it.
final class Administrator: Sendable {
  private let conninfo: String
  private let kept = Mutex<LibPQConnection?>(nil)

  init(conninfo: String) {
    self.conninfo = conninfo
  }

  deinit {
    kept.withLock { $0?.close() }
  }

  /// Runs the statement that `sql` gives for a server of this version.
  func run(_ sql: (_ version: Int) -> String) throws {
    try kept.withLock { kept in
      // A test may have ended it.
      if let old = kept, (try? old.execute("SELECT 1")) == nil {
        old.close()
        kept = nil
      }
      let connection = try kept ?? LibPQConnection(conninfo: conninfo)
      kept = connection
      try connection.execute(sql(connection.serverVersion))
    }
  }
}
