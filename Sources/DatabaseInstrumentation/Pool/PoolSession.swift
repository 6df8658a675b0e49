internal import Dispatch
internal import Postgres
internal import Synchronization

/// A connection of a pool, on a thread of its own.
final class PoolSession: Sendable {
  /// What lives on the thread.
  final class Slot {
    var client: InstrumentedClient?
  }

  private struct State {
    var restedSince: ContinuousClock.Instant?
    var isDoomed = false
  }

  let openedAt = ContinuousClock.now
  private let thread: ThreadBound<Slot>
  private let cancellation = Cancellation()
  private let makeClient: @Sendable (Cancellation) throws -> InstrumentedClient
  private let state = Mutex(State())

  /// A connection that is opened when it is used first.
  init(_ makeClient: @escaping @Sendable (Cancellation) throws -> InstrumentedClient) {
    self.makeClient = makeClient
    thread = ThreadBound(label: "dbtool.pool") {
      Slot()
    } end: {
      $0.client?.connection.close()
    }
  }

  /// Since when nobody uses it; nil while somebody does, and before the first use.
  var restedSince: ContinuousClock.Instant? {
    get { state.withLock { $0.restedSince } }
    set { state.withLock { $0.restedSince = newValue } }
  }

  /// True when nobody may use it again.
  var isDoomed: Bool { state.withLock { $0.isDoomed } }

  /// Stops what it runs, from any thread; it must not be used again, since the server may hear of it late.
  func abandon() {
    state.withLock { $0.isDoomed = true }
    // The server is told over a connection of its own, which may take as long as any.
    DispatchQueue.global().async { [cancellation] in cancellation.cancel() }
  }

  /// Ends the session after what it does.
  func close() { thread.close() }

  /// Does something on the session's thread.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (Slot) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      thread.run { slot in
        continuation.resume(with: Swift.Result { try body(slot) })
      }
    }
  }

  /// The same; when the task is cancelled, the session stops and is of no further use.
  func runCancellably<Result: Sendable>(
    _ body: @escaping @Sendable (Slot) throws -> Result
  ) async throws -> Result {
    try Task.checkCancellation()
    do {
      return try await withTaskCancellationHandler {
        try await run(body)
      } onCancel: {
        abandon()
      }
    } catch {
      throw Task.isCancelled ? CancellationError() : error
    }
  }

  /// The client, opened where there is none; one that rested long is asked whether it still works.
  func prepare(checkAfter: Duration) async throws -> Bool {
    let rested = restedSince
    return try await runCancellably { [makeClient, cancellation] slot in
      guard let client = slot.client else {
        slot.client = try makeClient(cancellation)
        return true
      }
      guard !client.connection.isBroken else { return false }
      guard let rested, ContinuousClock.now - rested > checkAfter else { return true }
      return (try? client.connection.perform("SELECT 1")) != nil
    }
  }
}
