import LocalPostgres
import Postgres
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns SIGINT, SIGTERM and SIGHUP (the terminal was closed) into a wish to stop.
///
/// A thread of its own waits for the signals, so nothing runs inside a signal handler. The first
/// signal cancels what runs on the server, and the command unwinds as after any error: transactions
/// roll back, throwaway servers go. A second one, or ten seconds, ends the process at once. A time
/// limit that is over does the same, with an exit code of its own.
enum Interrupts {
  /// Asked for by the first signal.
  static let cancellation = Cancellation()

  /// The time limit that is over, as it was given; nil while none is.
  static var limit: String? { overLimit.withLock { $0 } }

  /// How a run ends that was asked to stop.
  static var status: ExitStatus { limit == nil ? .interrupted : .inconclusive }

  private static let overLimit = Mutex<String?>(nil)

  /// Stops everything because a time limit is over.
  static func stop(after limit: String) {
    overLimit.withLock { $0 = limit }
    ProgressLine.shared.end()
    Output.error.write("dbtool: stopping, since the time limit of \(limit) is over\n")
    cancellation.cancel()
    startDeadline()
  }

  /// False under nohup(1).
  private static let heedsHangup: Bool = {
    let previous = signal(SIGHUP, SIG_DFL)
    let isIgnored = unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    if isIgnored { signal(SIGHUP, SIG_IGN) }
    return !isIgnored
  }()

  private static func awaited() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    if heedsHangup { sigaddset(&signals, SIGHUP) }
    return signals
  }

  /// Begins to listen; called once, before any other thread starts, since threads inherit the mask.
  static func install() {
    var signals = awaited()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    BlockingThread { waitForSignals() }.detach()
  }

  private static func waitForSignals() {
    var signals = awaited()
    var received: Int32 = 0
    sigwait(&signals, &received)
    ProgressLine.shared.end()
    Output.error.write("dbtool: stopping; press Ctrl-C again to stop at once\n")
    cancellation.cancel()
    startDeadline()
    sigwait(&signals, &received)
    endAtOnce()
  }

  private static func startDeadline() {
    BlockingThread {
      // What is asked to stop may have begun just then, so the wish is repeated.
      for _ in 0..<20 {
        usleep(500_000)
        cancellation.cancel()
      }
      endAtOnce()
    }.detach()
  }

  private static func endAtOnce() {
    ProgressLine.shared.end()
    EphemeralServer.stopAll(refusesNew: true)
    // Without its server the command comes to its end, and can still say what it found.
    if limit != nil { usleep(3_000_000) }
    _exit(status.rawValue)
  }
}
