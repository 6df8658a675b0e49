internal import Synchronization

/// A wish to stop that may come from another thread, for example from a signal.
///
/// Connections made with it cancel what they run on the server and refuse to begin anything new.
public final class Cancellation: Sendable {
  private struct State {
    var isRequested = false
    var nextID = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// Nothing is asked yet.
  public init() {}

  /// True once `cancel` was called.
  public var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Asks every registered connection to stop.
  public func cancel() {
    let actions = state.withLock { state in
      state.isRequested = true
      return Array(state.actions.values)
    }
    for action in actions { action() }
  }

  /// Has `action` called by `cancel`, from the thread that calls it, until `unregister`.
  func register(_ action: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      state.nextID += 1
      state.actions[state.nextID] = action
      return state.nextID
    }
  }

  func unregister(_ id: Int) {
    state.withLock { state in
      _ = state.actions.removeValue(forKey: id)
    }
  }

  /// - Throws: `PostgresError` of code `cancelled` once `cancel` was called.
  public func check() throws {
    if isRequested { throw PostgresError(.cancelled, "interrupted") }
  }
}
