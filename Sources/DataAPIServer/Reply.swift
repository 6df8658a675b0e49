internal import NIOCore
internal import Synchronization

/// The place for the one answer to a request; who comes second is not heard.
final class Reply: Sendable {
  private let promise: EventLoopPromise<Answer>
  private let isGiven = Mutex(false)

  init(_ promise: EventLoopPromise<Answer>) { self.promise = promise }

  func give(_ answer: Answer) {
    let isFirst = isGiven.withLock { isGiven in
      defer { isGiven = true }
      return !isGiven
    }
    if isFirst { promise.succeed(answer) }
  }
}
