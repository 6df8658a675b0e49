import Foundation
import Synchronization

/// Work that runs on a thread of its own from the moment it is made.
///
/// Not a task: tests run on a pool of as many threads as there are cores, and a task that has to
/// wait for a place there behind other tests may not begin before its own test has given up.
package final class BackgroundWork<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let finished = DispatchSemaphore(value: 0)

  /// Starts `body`.
  package init(_ body: @escaping @Sendable () throws -> Value) {
    let thread = Thread { [self] in
      let outcome = Result { try body() }
      result.withLock { $0 = outcome }
      finished.signal()
    }
    thread.start()
  }

  /// What `body` gave, once it is done.
  package func wait() throws -> Value {
    finished.wait()
    finished.signal()
    guard let outcome = result.withLock({ $0 }) else {
      throw TestSupportError(message: "the work ended without a result")
    }
    return try outcome.get()
  }
}

/// Looks every 20 ms, without giving up the thread, until `condition` holds or 30 seconds are over.
package func becomesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now.advanced(by: .seconds(30))
  while ContinuousClock.now < deadline {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.02)
  }
  return false
}
