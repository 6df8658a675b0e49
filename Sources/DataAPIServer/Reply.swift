internal import NIOCore
internal import Synchronization

/// What a client is sent.
struct Answer: Sendable {
  var status: Int
  var type: String?
  var body: [UInt8]
  /// Closes the connection in place of an answer.
  var isDropped = false
}

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
