internal import Dispatch
internal import Postgres
internal import Synchronization

/// A session of the database on a thread of its own, which does one job after the other.
///
/// libpq waits for the server; on the event loop, or on Swift's pool of threads, one slow statement
/// would hold up all others.
final class Backend: Sendable {
  /// Something to do with the session.
  typealias Job = @Sendable (BackendSession) -> Void

  private struct State {
    var jobs: [Job] = []
    var isClosed = false
  }

  /// The database that the session is for; nil for the one that the connection string names.
  let database: String?
  private let state = Mutex(State())
  private let wakeups = DispatchSemaphore(value: 0)

  /// A session that is opened with the first job.
  init(conninfo: String, database: String?) {
    self.database = database
    let queue = DispatchQueue(label: "dbtool.data-api.backend")
    queue.async { [self] in
      let session = BackendSession(conninfo: conninfo, database: database)
      while let job = next() { job(session) }
      session.close()
    }
  }

  /// Has a job done after those before it.
  func run(_ job: @escaping Job) {
    state.withLock { $0.jobs.append(job) }
    wakeups.signal()
  }

  /// Ends the session after the jobs that are waiting.
  func close() {
    state.withLock { $0.isClosed = true }
    wakeups.signal()
  }

  private func next() -> Job? {
    while true {
      wakeups.wait()
      let (job, isClosed) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
      }
      if let job { return job }
      if isClosed { return nil }
    }
  }
}
