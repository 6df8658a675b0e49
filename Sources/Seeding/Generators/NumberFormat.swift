/// How a whole number of units is written as a value of a type.
package enum NumberFormat: Sendable, Equatable {
  /// As it is.
  case integer
  /// With so many of its digits behind the point.
  case decimal(scale: Int)
  /// Days since 1970-01-01 as a date.
  case date
  /// Seconds since 1970-01-01 as a moment in UTC.
  case timestamp
  /// Seconds since midnight as a time of day.
  case time
  /// Seconds as an interval.
  case interval

  /// The units of a day; nil where there are no days.
  var unitsPerDay: Int? {
    switch self {
    case .date: 1
    case .timestamp: 86_400
    default: nil
    }
  }

  /// The number of units that a text in PostgreSQL's form stands for; nil when it cannot be told.
  func units(_ text: String) -> Int? {
    switch self {
    case .integer: return Int(text)
    case .decimal(let scale):
      guard let value = Double(text), abs(value) < 1e12 else { return nil }
      var factor = 1.0
      for _ in 0..<scale { factor *= 10 }
      return Int((value * factor).rounded())
    case .date: return Self.day(text)
    case .timestamp:
      return Self.day(text).map { $0 * 86_400 + (Self.seconds(text.dropFirst(11)) ?? 0) }
    case .time: return Self.seconds(Substring(text))
    case .interval: return nil
    }
  }

  private static func day(_ text: String) -> Int? {
    let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]),
      let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    return CivilDate(year: year, month: month, day: day).days
  }

  private static func seconds(_ text: Substring) -> Int? {
    let parts = text.prefix(8).split(separator: ":").map { Int($0) }
    guard parts.count >= 2, let hours = parts[0], let minutes = parts[1] else { return nil }
    return hours * 3_600 + minutes * 60 + (parts.count > 2 ? parts[2] ?? 0 : 0)
  }

  /// Writes a number of units.
  @inline(__always)
  package func write(_ units: Int, into bytes: inout [UInt8]) {
    switch self {
    case .integer: bytes.append(number: units)
    case .decimal(let scale):
      var factor = 1
      for _ in 0..<scale { factor *= 10 }
      if units < 0 { bytes.append(UInt8(ascii: "-")) }
      let size = abs(units)
      bytes.append(number: size / factor)
      guard scale > 0 else { return }
      bytes.append(UInt8(ascii: "."))
      bytes.append(number: size % factor, width: scale)
    case .date: Self.write(day: units, into: &bytes)
    case .timestamp:
      var day = units / 86_400
      var seconds = units % 86_400
      if seconds < 0 {
        seconds += 86_400
        day -= 1
      }
      Self.write(day: day, into: &bytes)
      bytes.append(UInt8(ascii: " "))
      Self.write(seconds: seconds, into: &bytes)
      bytes.append(contentsOf: [UInt8(ascii: "+"), UInt8(ascii: "0"), UInt8(ascii: "0")])
    case .time: Self.write(seconds: units, into: &bytes)
    case .interval:
      bytes.append(number: units)
      bytes.append(contentsOf: " seconds".utf8)
    }
  }

  private static func write(day: Int, into bytes: inout [UInt8]) {
    let date = CivilDate(days: day)
    bytes.append(number: max(date.year, 1), width: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(number: date.month, width: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(number: date.day, width: 2)
  }

  private static func write(seconds: Int, into bytes: inout [UInt8]) {
    bytes.append(number: seconds / 3_600, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(number: seconds / 60 % 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(number: seconds % 60, width: 2)
  }
}

/// A day of the Gregorian calendar.
struct CivilDate: Sendable, Equatable {
  var year: Int
  var month: Int
  var day: Int

  /// The day that lies `days` after 1970-01-01.
  ///
  /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the
  /// leap day comes last.
  @inline(__always)
  init(days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The days since 1970-01-01.
  var days: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension [UInt8] {
  /// Writes a whole number in decimal digits, with zeros before it up to `width`.
  @inline(__always)
  mutating func append(number: Int, width: Int = 1) {
    if number < 0 { append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    let count = Swift.withUnsafeMutableBytes(of: &digits) { buffer in
      var count = 0
      repeat {
        buffer[23 - count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
        count += 1
      } while rest > 0 && count < 24
      while count < width, count < 24 {
        buffer[23 - count] = UInt8(ascii: "0")
        count += 1
      }
      return count
    }
    Swift.withUnsafeBytes(of: &digits) { buffer in
      append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[(24 - count)...]))
    }
  }
}
