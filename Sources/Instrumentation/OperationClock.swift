#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Measures durations, and tells times of day from the same reading.
struct OperationClock {
  typealias Instant = ContinuousClock.Instant

  private let clock = ContinuousClock()
  private let start: Instant
  /// Since 1970, when `start` was.
  private let startTime: Duration

  init() {
    start = clock.now
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    startTime = .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  var now: Instant { clock.now }

  /// Since 1970-01-01 00:00 UTC.
  func time(of instant: Instant) -> Duration { startTime + (instant - start) }
}
