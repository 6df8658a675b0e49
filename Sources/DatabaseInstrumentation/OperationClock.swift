#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Measures durations, and tells times of day from the same reading.
///
/// In nanoseconds as plain integers: an operation reads it twice, and `Duration` is an integer of 128 bits.
struct OperationClock {
  private let start: Int64
  /// Since 1970, when `start` was.
  private let startTime: Int64

  init() {
    start = Self.read(CLOCK_MONOTONIC)
    startTime = Self.read(CLOCK_REALTIME)
  }

  /// Nanoseconds since some moment.
  var now: Int64 { Self.read(CLOCK_MONOTONIC) }

  /// Nanoseconds since 1970-01-01 00:00 UTC.
  func time(of instant: Int64) -> Int64 { startTime + (instant - start) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
