internal import AWS
internal import NIOCore
internal import Synchronization

/// Counts calls and tells what goes wrong with each.
final class FaultPlan: Sendable {
  private let faults: [Fault]
  private let calls = Mutex(0)

  init(_ faults: [Fault]) { self.faults = faults }

  /// How many calls there have been.
  var callCount: Int { calls.withLock { $0 } }

  /// The fault of the next call.
  private func next() -> Fault.Kind? {
    let call = calls.withLock { calls in
      calls += 1
      return calls
    }
    return faults.first { ($0.firstCall..<($0.firstCall + $0.count)).contains(call) }?.kind
  }

  /// The place for the call's answer, which may go wrong on its way; nil when the call is not to be
  /// carried out.
  func apply(to reply: Reply, on loop: any EventLoop) throws -> Reply? {
    let fault = next()
    let failure: ServiceFailure
    switch fault {
    case nil: return reply
    case .resuming:
      throw ServiceFailure(
        .databaseResuming,
        "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and "
          + "try again.")
    case .throttling: throw ServiceFailure(.throttling, "Rate exceeded")
    case .internalError: throw ServiceFailure(.internalServerError, nil)
    case .unavailable: throw ServiceFailure(.serviceUnavailable, nil)
    case .dropBefore:
      reply.give(.dropped)
      return nil
    case .slow:
      let promise = loop.makePromise(of: Answer.self)
      promise.futureResult.whenSuccess { answer in
        loop.scheduleTask(in: .milliseconds(500)) { reply.give(answer) }
      }
      return Reply(promise)
    case .internalErrorAfter: failure = ServiceFailure(.internalServerError, nil)
    case .gatewayTimeout: failure = ServiceFailure(.databaseUnavailable, nil)
    case .dropAfter:
      let promise = loop.makePromise(of: Answer.self)
      promise.futureResult.whenSuccess { _ in
        reply.give(.dropped)
      }
      return Reply(promise)
    }
    let answer = Answer(to: failure)
    let promise = loop.makePromise(of: Answer.self)
    promise.futureResult.whenSuccess { _ in reply.give(answer) }
    return Reply(promise)
  }
}
