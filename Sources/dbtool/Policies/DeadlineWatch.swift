import Postgres
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends what a session does when a time is over, through a session of its own.
///
/// The server's own limits are for one statement, and others wait for all of them.
final class DeadlineWatch {
  /// What both threads know.
  private final class Shared: Sendable {
    let deadline: ContinuousClock.Instant
    let pid: String
    let open: @Sendable () throws -> any Connection
    let isStopped = Mutex(false)

    init(
      _ deadline: ContinuousClock.Instant, _ pid: String,
      _ open: @escaping @Sendable () throws -> any Connection
    ) {
      self.deadline = deadline
      self.pid = pid
      self.open = open
    }

    func wait() {
      while ContinuousClock.now < deadline {
        if isStopped.withLock({ $0 }) { return }
        usleep(10_000)
      }
      if isStopped.withLock({ $0 }) { return }
      // Where it cannot be done, the statement's own limit remains.
      guard let session = try? open() else { return }
      defer { session.close() }
      // A request to cancel ends one statement. Many short ones go on behind it, and end only with
      // the session.
      for function in ["pg_cancel_backend", "pg_cancel_backend", "pg_terminate_backend"] {
        if isStopped.withLock({ $0 }) { return }
        _ = try? session.execute("SELECT pg_catalog.\(function)($1::int)", [.text(pid)])
        usleep(20_000)
      }
    }
  }

  private let shared: Shared
  private let thread: BlockingThread

  /// Watches over the session of the server process `pid`.
  ///
  /// - Parameter open: Opens the session that cancels.
  init(
    until deadline: ContinuousClock.Instant, pid: String,
    open: @escaping @Sendable () throws -> any Connection
  ) {
    let shared = Shared(deadline, pid, open)
    self.shared = shared
    thread = BlockingThread { shared.wait() }
  }

  /// Ends the watch; nothing is cancelled any more when it returns.
  func stop() {
    shared.isStopped.withLock { $0 = true }
    thread.join()
  }
}
