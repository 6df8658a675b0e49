internal import AWS
internal import Dispatch
internal import Postgres
internal import Synchronization

/// Sends requests one after the other, on a thread of its own.
final class CloudWatchSender: Sendable {
  private struct State {
    var waiting: [CloudWatchClient.Request] = []
    var size = 0
    var isSending = false
    var isStopped = false
    var lost = 0
    var hasTold = false
  }

  /// What lives on the thread.
  private final class Slot {
    var client: CloudWatchClient?
  }

  private static let mostBytes = 4_000_000

  private let state = Mutex(State())
  private let thread: ThreadBound<Slot>
  private let onProblem: @Sendable (String) -> Void
  private let makeClient: @Sendable (@escaping @Sendable () -> Bool) throws -> CloudWatchClient

  init(
    onProblem: @escaping @Sendable (String) -> Void,
    makeClient: @escaping @Sendable (@escaping @Sendable () -> Bool) throws -> CloudWatchClient
  ) {
    self.onProblem = onProblem
    self.makeClient = makeClient
    thread = ThreadBound(label: "dbtool.cloudwatch") {
      Slot()
    } end: { _ in
    }
  }

  deinit { thread.close() }

  var lost: Int { state.withLock { $0.lost } }

  func send(_ requests: [CloudWatchClient.Request]) {
    let starts = state.withLock { state in
      for request in requests {
        state.waiting.append(request)
        state.size += request.size
      }
      while state.size > Self.mostBytes, state.waiting.count > 1 {
        let oldest = state.waiting.removeFirst()
        state.size -= oldest.size
        state.lost += oldest.count
      }
      guard !state.isSending, !state.waiting.isEmpty else { return false }
      state.isSending = true
      return true
    }
    if starts { thread.run { [self] in work($0) } }
  }

  /// Waits until everything is sent, or it is too late.
  func wait(until deadline: ContinuousClock.Instant) {
    while ContinuousClock.now < deadline, state.withLock({ $0.isSending }) {
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(2))
    }
  }

  /// Stops, and gives up what is not sent.
  func close() {
    state.withLock { state in
      state.isStopped = true
      state.lost += state.waiting.reduce(0) { $0 + $1.count }
      state.waiting = []
      state.size = 0
    }
    thread.close()
  }

  private func work(_ slot: Slot) {
    while let request = next() {
      do {
        let client = try slot.client ?? makeClient { [self] in state.withLock { $0.isStopped } }
        slot.client = client
        try client.send(request)
      } catch {
        fail(request, error)
      }
    }
  }

  private func next() -> CloudWatchClient.Request? {
    state.withLock { state in
      guard !state.waiting.isEmpty, !state.isStopped else {
        state.isSending = false
        return nil
      }
      let request = state.waiting.removeFirst()
      state.size -= request.size
      return request
    }
  }

  /// What was perhaps taken is not sent again: nobody could tell the metrics that are counted twice.
  private func fail(_ request: CloudWatchClient.Request, _ error: any Error) {
    let isFirst = state.withLock { state in
      state.lost += request.count
      defer { state.hasTold = true }
      return !state.hasTold && !state.isStopped
    }
    if isFirst { onProblem("metrics are not taken by CloudWatch: \(error)") }
  }
}
