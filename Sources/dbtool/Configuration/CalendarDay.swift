#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Days as `YYYY-MM-DD`, which sort as texts do.
enum CalendarDay {
  /// Today, in UTC.
  static var today: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    let fields = [parts.tm_mon + 1, parts.tm_mday].map { $0 < 10 ? "0\($0)" : String($0) }
    return "\(parts.tm_year + 1900)-" + fields.joined(separator: "-")
  }

  /// True for a day that the calendar has.
  static func isValid(_ text: String) -> Bool {
    let fields = text.split(separator: "-", omittingEmptySubsequences: false)
    let areDigits = fields.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard areDigits, fields.map(\.count) == [4, 2, 2] else { return false }
    let numbers = fields.compactMap { Int($0) }
    guard numbers.count == 3, (1...12).contains(numbers[1]) else { return false }
    let year = numbers[0]
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...lengths[numbers[1] - 1]).contains(numbers[2])
  }
}
