internal import Synchronization

/// A statement that runs, seen from the clock that stops it.
final class RunningStatement: Sendable {
  private struct State {
    var cancel: (@Sendable () -> Void)?
    var isTimeUp = false
    var hasBegun = false
    var isOver = false
    var processID: Int?
  }

  private let state = Mutex(State())

  /// True when it was stopped because its time was up.
  var isTimeUp: Bool { state.withLock(\.isTimeUp) }

  /// The server process that runs it.
  var processID: Int? { state.withLock(\.processID) }

  /// It begins in a session; false when its time was up before it could begin.
  func begin(processID: Int?, cancel: (@Sendable () -> Void)?) -> Bool {
    state.withLock { state in
      state.cancel = cancel
      state.processID = processID
      state.hasBegun = true
      return !state.isTimeUp
    }
  }

  /// It has ended.
  func end() { state.withLock { $0.isOver = true } }

  /// Its time is up; false when it still waits for a session, and so has nothing to stop.
  func stop() -> Bool {
    state.withLock { state in
      guard !state.isOver else { return true }
      state.isTimeUp = true
      // Under the lock: afterwards another statement may run there.
      state.cancel?()
      return state.hasBegun
    }
  }
}
