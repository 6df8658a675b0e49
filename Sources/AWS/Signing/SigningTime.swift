#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The time of a signature, to the second, in UTC.
package struct SigningTime: Sendable, Equatable {
  /// `20150830T123600Z`.
  package let timestamp: String
  /// `20150830`.
  package var date: String { String(timestamp.prefix(8)) }

  /// The time so many seconds after 1970 began.
  package init(secondsSince1970: Int64) {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func padded(_ number: Int32, _ length: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }
    timestamp =
      padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1) + padded(parts.tm_mday) + "T"
      + padded(parts.tm_hour) + padded(parts.tm_min) + padded(parts.tm_sec) + "Z"
  }
}
