internal import Synchronization

/// The sessions of the database that no transaction holds.
///
/// The one that has rested longest goes first, so that two calls of one client seldom meet in one
/// session, as on AWS.
final class BackendPool: Sendable {
  private struct State {
    var idle: [Backend] = []
    var count = 0
    var waiting: [(database: String?, take: @Sendable (Backend) -> Void)] = []
    var isClosed = false
  }

  private let conninfo: String
  private let limit: Int
  private let state = Mutex(State())

  init(conninfo: String, limit: Int) {
    self.conninfo = conninfo
    self.limit = limit
  }

  /// Gives a session for a database to `body`, at once or when one is free.
  func take(_ database: String?, _ body: @escaping @Sendable (Backend) -> Void) {
    let found = state.withLock { state -> Backend? in
      if let index = state.idle.firstIndex(where: { $0.database == database }) {
        return state.idle.remove(at: index)
      }
      if state.count >= limit, let other = state.idle.first {
        // One for another database makes room.
        state.idle.removeFirst()
        other.close()
        state.count -= 1
      }
      guard state.count < limit else {
        state.waiting.append((database, body))
        return nil
      }
      state.count += 1
      return Backend(conninfo: conninfo, database: database)
    }
    if let found { body(found) }
  }

  /// Takes a session back once nothing of its user is left in it.
  func give(_ backend: Backend) {
    backend.run { session in
      session.reset()
      self.release(backend)
    }
  }

  private func release(_ backend: Backend) {
    let next = state.withLock { state -> (Backend, @Sendable (Backend) -> Void)? in
      guard !state.isClosed else {
        backend.close()
        return nil
      }
      guard !state.waiting.isEmpty else {
        state.idle.append(backend)
        return nil
      }
      let waiting = state.waiting.removeFirst()
      if waiting.database == backend.database { return (backend, waiting.take) }
      backend.close()
      return (Backend(conninfo: conninfo, database: waiting.database), waiting.take)
    }
    if let (backend, body) = next { body(backend) }
  }

  /// Ends all sessions that are free; others end when they are given back.
  func close() {
    let idle = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    for backend in idle { backend.close() }
  }
}
