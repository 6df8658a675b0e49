#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How often something is tried again, and how long to pause before each try.
///
/// Pauses grow exponentially up to a limit, and each is a random part of that, so that runners which
/// met do not meet again ("Exponential Backoff And Jitter", AWS Architecture Blog).
package struct Backoff: Sendable, Equatable {
  /// How many times after the first.
  package var retries: Int
  /// What the first pause is at most.
  package var base: Duration
  /// What any pause is at most.
  package var limit: Duration

  /// Ten retries over about half a minute unless said otherwise.
  package init(
    retries: Int = 10, base: Duration = .milliseconds(250), limit: Duration = .seconds(10)
  ) {
    self.retries = retries
    self.base = base
    self.limit = limit
  }

  /// The pause before retry `number`, counted from 1; nil when it has been tried often enough.
  package func pause(before number: Int) -> Duration? {
    guard number <= retries else { return nil }
    let longest = min(limit, base * Double(1 << min(number - 1, 20)))
    return longest * Double.random(in: 0.5...1)
  }

  /// Lets `pause` pass on this thread; false as soon as the caller asks to stop.
  package static func wait(_ pause: Duration, unless cancellation: Cancellation?) -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + pause
    while clock.now < end {
      if cancellation?.isRequested == true { return false }
      usleep(50_000)
    }
    return true
  }
}
