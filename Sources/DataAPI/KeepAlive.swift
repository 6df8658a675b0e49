internal import AWS
internal import Dispatch
internal import Synchronization

/// Keeps the service from ending a transaction whose owner does something else for a while.
///
/// The Data API rolls back a transaction that nobody has used for three minutes (Amazon Aurora User Guide,
/// "Calling the Data API"). A thread of its own asks for something now and then; since a transaction takes one
/// call at a time, it and the owner take turns.
final class KeepAlive: Sendable {
  private struct State {
    var transaction: String?
    var lastCall = ContinuousClock.now
    var hasThread = false
    var isClosed = false
  }

  private let interval: Duration
  private let makeClient: @Sendable () throws -> RDSDataClient
  private let state = Mutex(State())
  private let wakeup = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - interval: After how long without a call one is made.
  ///   - makeClient: A client for the thread alone.
  init(every interval: Duration, _ makeClient: @escaping @Sendable () throws -> RDSDataClient) {
    self.interval = interval
    self.makeClient = makeClient
  }

  /// Makes a call, in turns with the thread.
  func call<Result: Sendable>(
    _ body: () throws(AWSError) -> Result
  ) throws(AWSError) -> Result {
    try state.withLock { state throws(AWSError) in
      defer { state.lastCall = .now }
      return try body()
    }
  }

  /// A transaction begins, or with nil ends.
  func follow(_ transaction: String?) {
    let needsThread = state.withLock { state in
      state.transaction = transaction
      state.lastCall = .now
      defer { state.hasThread = state.hasThread || transaction != nil }
      return transaction != nil && !state.hasThread
    }
    guard needsThread else { return }
    DispatchQueue(label: "dbtool.data-api.keep-alive").async { self.run() }
  }

  /// Ends the thread.
  func close() {
    state.withLock { $0.isClosed = true }
    wakeup.signal()
  }

  private func run() {
    let nanoseconds = Int(interval / .nanoseconds(1)) / 4
    var client: RDSDataClient?
    while true {
      _ = wakeup.wait(timeout: .now() + .nanoseconds(nanoseconds))
      let goesOn = state.withLock { state in
        guard !state.isClosed else { return false }
        guard let transaction = state.transaction, ContinuousClock.now - state.lastCall > interval
        else { return true }
        // Should it fail, the owner's next call finds out.
        if client == nil { client = try? makeClient() }
        _ = try? client?.execute("SELECT 1", transaction: transaction, isIdempotent: true)
        state.lastCall = .now
        return true
      }
      if !goesOn { return }
    }
  }
}
