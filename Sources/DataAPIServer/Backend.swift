internal import Postgres

/// A session of the database on a thread of its own, which does one job after the other.
final class Backend: Sendable {
  /// The database that the session is for; nil for the one that the connection string names.
  let database: String?
  private let session: ThreadBound<BackendSession>

  /// A session that is opened with the first job.
  init(conninfo: String, database: String?) {
    self.database = database
    session = ThreadBound(label: "dbtool.data-api.backend") {
      BackendSession(conninfo: conninfo, database: database)
    } end: {
      $0.close()
    }
  }

  /// Has a job done after those before it.
  func run(_ job: @escaping @Sendable (BackendSession) -> Void) { session.run(job) }

  /// Ends the session after the jobs that are waiting.
  func close() { session.close() }
}
