internal import Dispatch
internal import Synchronization

/// A value that one thread of its own makes, works with, and ends.
///
/// libpq waits for the server; on an event loop, or on Swift's pool of threads, one slow statement
/// would hold up all others. So a session that many tasks use lives on a thread that does one job
/// after the other, and never leaves it.
package final class ThreadBound<Value>: Sendable {
  /// Something to do with the value.
  package typealias Job = @Sendable (Value) -> Void

  private struct State {
    var jobs: [Job] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wakeups = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - label: What debuggers show.
  ///   - make: Makes the value, on its thread.
  ///   - end: Ends it there.
  package init(
    label: String, make: @escaping @Sendable () -> Value, end: @escaping @Sendable (Value) -> Void
  ) {
    DispatchQueue(label: label).async { [self] in
      let value = make()
      while let job = next() { job(value) }
      end(value)
    }
  }

  /// Has a job done after those before it.
  package func run(_ job: @escaping Job) {
    state.withLock { $0.jobs.append(job) }
    wakeups.signal()
  }

  /// Ends the value after the jobs that are waiting.
  package func close() {
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
