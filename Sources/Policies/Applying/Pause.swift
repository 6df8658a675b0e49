#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Sleeps on this thread.
func usleepFor(microseconds: Int64) {
  usleep(UInt32(clamping: microseconds))
}
