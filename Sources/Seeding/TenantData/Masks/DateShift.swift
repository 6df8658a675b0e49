/// Moves every date in a text by the same number of days: in dates, times, ranges and arrays.
struct DateShift {
  let days: Int

  /// `text` with its dates moved, as PostgreSQL writes them in ISO style.
  func shifted(_ text: String) -> String {
    // Years before Christ count backwards.
    guard !text.contains("BC") else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard let (date, end) = date(in: bytes, at: index) else {
        result.append(bytes[index])
        index += 1
        continue
      }
      result += date.utf8
      index = end
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The date that begins at an index, moved, and where it ends.
  private func date(in bytes: [UInt8], at start: Int) -> (String, end: Int)? {
    func digits(from start: Int) -> Int {
      var end = start
      while end < bytes.count, (48...57).contains(bytes[end]) { end += 1 }
      return end
    }
    func number(_ range: Range<Int>) -> Int {
      bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) }
    }
    if start > 0, (48...57).contains(bytes[start - 1]) { return nil }
    let year = digits(from: start)
    guard (4...6).contains(year - start), year + 6 <= bytes.count, bytes[year] == 45,
      digits(from: year + 1) == year + 3, bytes[year + 3] == 45,
      digits(from: year + 4) == year + 6
    else { return nil }
    let day = Self.dayNumber(
      year: number(start..<year), month: number((year + 1)..<(year + 3)),
      day: number((year + 4)..<(year + 6)))
    return (Self.text(of: day + days), year + 6)
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// `YYYY-MM-DD`.
  static func text(of number: Int) -> String {
    let shifted = number + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthPart = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthPart + 2) / 5 + 1
    let month = monthPart < 10 ? monthPart + 3 : monthPart - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
  }
}
