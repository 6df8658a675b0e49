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

  /// The time now.
  ///
  /// - Parameter skew: Seconds that the server's clock is ahead.
  package static func now(ahead skew: Int64 = 0) -> SigningTime {
    SigningTime(secondsSince1970: Int64(time(nil)) + skew)
  }

  /// The seconds since 1970 began of a timestamp `20150830T123600Z`; nil for anything else.
  package static func seconds(ofTimestamp text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int32? {
      let digits = bytes[range]
      guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return digits.reduce(0) { $0 * 10 + Int32($1 - 48) }
    }
    guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
      let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15)
    else { return nil }
    return seconds(year, month, day, hour, minute, second)
  }

  /// The seconds since 1970 began of `2015-08-30T12:36:00Z`, with or without a fraction or an offset.
  static func seconds(ofISO8601 text: String) -> Int64? {
    let digits = text.prefix(19).filter { $0 != "-" && $0 != ":" }
    guard text.utf8.count >= 20, let local = seconds(ofTimestamp: digits + "Z") else { return nil }
    let rest = text.dropFirst(19).drop { $0 == "." || $0.isNumber }
    guard let sign = rest.first, sign == "+" || sign == "-" else {
      return rest == "Z" || rest == "UTC" ? local : nil
    }
    let offset = rest.dropFirst().filter { $0 != ":" }
    guard offset.count == 4, let hours = Int64(offset.prefix(2)),
      let minutes = Int64(offset.suffix(2))
    else { return nil }
    let seconds = hours * 3_600 + minutes * 60
    return sign == "+" ? local - seconds : local + seconds
  }

  /// The seconds since 1970 began of a Date field (RFC 9110, section 5.6.7), for example
  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func seconds(ofDate text: String) -> Int64? {
    let words = text.split { $0 == " " || $0 == ":" }
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard words.count == 8, let month = months.firstIndex(of: String(words[2])),
      let day = UInt8(words[1]), let year = UInt16(words[3]), let hour = UInt8(words[4]),
      let minute = UInt8(words[5]), let second = UInt8(words[6])
    else { return nil }
    return seconds(
      Int32(year), Int32(month) + 1, Int32(day), Int32(hour), Int32(minute), Int32(second))
  }

  private static func seconds(
    _ year: Int32, _ month: Int32, _ day: Int32, _ hour: Int32, _ minute: Int32, _ second: Int32
  ) -> Int64 {
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
    return Int64(timegm(&parts))
  }
}
