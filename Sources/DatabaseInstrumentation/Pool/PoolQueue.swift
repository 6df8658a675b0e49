internal import Synchronization

/// The sessions of a pool, and who waits for one.
final class PoolQueue: Sendable {
  private typealias Continuation = CheckedContinuation<PoolSession, any Error>

  private struct Waiter {
    var continuation: Continuation
    var deadline: ContinuousClock.Instant
  }

  private struct State {
    var idle: [PoolSession] = []
    var count = 0
    /// By the order in which they came; those who gave up are missing.
    var waiters: [UInt64: Waiter] = [:]
    var nextWaiter: UInt64 = 0
    var nextServed: UInt64 = 0
    var isClosed = false
    var hasTimer = false
    var statistics = PoolStatistics()

    /// The one who came first.
    mutating func takeWaiter() -> Continuation? {
      oldestWaiter.flatMap { waiters.removeValue(forKey: $0)?.continuation }
    }

    var oldestWaiter: UInt64? {
      mutating get {
        guard !waiters.isEmpty else { return nil }
        while waiters[nextServed] == nil { nextServed += 1 }
        return nextServed
      }
    }
  }

  private let options: PoolOptions
  private let makeSession: @Sendable () -> PoolSession
  private let state = Mutex(State())

  init(_ options: PoolOptions, _ makeSession: @escaping @Sendable () -> PoolSession) {
    self.options = options
    self.makeSession = makeSession
  }

  var statistics: PoolStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.open = state.count
      statistics.idle = state.idle.count
      statistics.waiting = state.waiters.count
      return statistics
    }
  }

  /// A session, at once or when one is given back.
  func take() async throws -> PoolSession {
    try Task.checkCancellation()
    let start = ContinuousClock.now
    let number = state.withLock { state -> UInt64 in
      defer { state.nextWaiter += 1 }
      return state.nextWaiter
    }
    let session = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { wait($0, number: number) }
    } onCancel: {
      giveUp(number, CancellationError())
    }
    state.withLock { state in
      state.statistics.given += 1
      let waited = ContinuousClock.now - start
      state.statistics.waited += waited
      state.statistics.longestWait = max(state.statistics.longestWait, waited)
    }
    return session
  }

  /// Takes back a session that is fit for the next one.
  func give(_ session: PoolSession) {
    let isTooOld = ContinuousClock.now - session.openedAt > options.lifetime
    session.restedSince = .now
    let waiter = state.withLock { state -> Continuation? in
      guard !state.isClosed, !isTooOld else { return nil }
      guard let waiter = state.takeWaiter() else {
        state.idle.append(session)
        return nil
      }
      return waiter
    }
    if let waiter {
      waiter.resume(returning: session)
    } else if isTooOld {
      remove(session) { $0.expired += 1 }
    } else if state.withLock({ $0.isClosed }) {
      remove(session) { _ in }
    }
  }

  /// Takes back a session that nobody may use again.
  func discard(_ session: PoolSession) { remove(session) { $0.discarded += 1 } }

  /// Closes sessions that have rested for long.
  func prune() {
    let now = ContinuousClock.now
    let old = state.withLock { state -> [PoolSession] in
      var old: [PoolSession] = []
      state.idle.removeAll { session in
        let rested = session.restedSince.map { now - $0 } ?? .zero
        let isOld = now - session.openedAt > options.lifetime
        guard isOld || (rested > options.idleTimeout && state.count - old.count > options.minimum)
        else { return false }
        old.append(session)
        return true
      }
      return old
    }
    for session in old { remove(session) { $0.expired += 1 } }
  }

  /// Refuses who waits and who comes, and closes what nobody uses.
  func close() {
    let (waiters, idle) = state.withLock { state in
      state.isClosed = true
      defer {
        state.waiters = [:]
        state.idle = []
      }
      return (Array(state.waiters.values), state.idle)
    }
    for waiter in waiters { waiter.continuation.resume(throwing: PoolError.closed) }
    for session in idle { remove(session) { _ in } }
  }

  private func wait(_ waiter: Continuation, number: UInt64) {
    enum Answer {
      case session(PoolSession)
      case open
      case refuse(PoolError)
      case wait
    }
    let answer = state.withLock { state -> Answer in
      if state.isClosed { return .refuse(.closed) }
      // The one used last is the one whose memory is warm; the others may grow old and go.
      if let session = state.idle.popLast() { return .session(session) }
      if state.count < options.maximum {
        state.count += 1
        state.statistics.opened += 1
        return .open
      }
      if let most = options.maximumWaiting, state.waiters.count >= most {
        return .refuse(.tooManyWaiting(most))
      }
      state.waiters[number] = Waiter(
        continuation: waiter, deadline: .now + options.waitTimeout)
      state.statistics.waits += 1
      return .wait
    }
    switch answer {
    case .session(let session): waiter.resume(returning: session)
    case .open: waiter.resume(returning: makeSession())
    case .refuse(let error): waiter.resume(throwing: error)
    case .wait:
      // Cancelled before it was in the queue, nobody would have found it there.
      if Task.isCancelled { return giveUp(number, CancellationError()) }
      startTimer()
    }
  }

  /// One task looks after all who wait: they run out of time in the order in which they came.
  private func startTimer() {
    let isNeeded = state.withLock { state in
      defer { state.hasTimer = true }
      return !state.hasTimer
    }
    guard isNeeded else { return }
    Task { [weak self] in
      while let deadline = self?.nextDeadline() {
        try? await Task.sleep(until: deadline, clock: .continuous)
        self?.expire()
      }
    }
  }

  private func nextDeadline() -> ContinuousClock.Instant? {
    state.withLock { state in
      let oldest = state.oldestWaiter.flatMap { state.waiters[$0]?.deadline }
      state.hasTimer = oldest != nil
      return oldest
    }
  }

  private func expire() {
    let now = ContinuousClock.now
    let error = PoolError.timedOut(after: options.waitTimeout, maximum: options.maximum)
    while true {
      let overdue = state.withLock { state -> UInt64? in
        guard let oldest = state.oldestWaiter, let waiter = state.waiters[oldest],
          waiter.deadline <= now
        else { return nil }
        return oldest
      }
      guard let overdue else { return }
      giveUp(overdue, error)
    }
  }

  private func giveUp(_ number: UInt64, _ error: any Error) {
    let waiter = state.withLock { state -> Continuation? in
      guard let waiter = state.waiters.removeValue(forKey: number) else { return nil }
      if error is PoolError { state.statistics.timeouts += 1 }
      return waiter.continuation
    }
    waiter?.resume(throwing: error)
  }

  private func remove(_ session: PoolSession, _ count: (inout PoolStatistics) -> Void) {
    session.close()
    let waiter = state.withLock { state -> Continuation? in
      count(&state.statistics)
      state.count -= 1
      guard !state.isClosed, let waiter = state.takeWaiter() else { return nil }
      state.count += 1
      state.statistics.opened += 1
      return waiter
    }
    waiter?.resume(returning: makeSession())
  }
}
