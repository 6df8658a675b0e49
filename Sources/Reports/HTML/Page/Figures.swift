internal import Wording

/// Numbers and times as people read them.
enum Figures {
  /// Milliseconds as a duration: `230 ms`, `1.9 s`, `2 min 5 s`.
  static func duration(_ milliseconds: Int) -> String {
    let time = max(0, milliseconds)
    if time < 1_000 { return "\(time) ms" }
    let tenths = (time + 50) / 100
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = (time + 500) / 1_000
    return "\(seconds / 60) min \(seconds % 60) s"
  }

  /// A number with spaces between thousands, which no language takes for a decimal point.
  static func number(_ number: Int) -> String {
    var groups: [String] = []
    var rest = number.magnitude
    while rest >= 1_000 {
      let group = String(rest % 1_000)
      groups.append(String(repeating: "0", count: 3 - group.count) + group)
      rest /= 1_000
    }
    groups.append(String(rest))
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: "\u{A0}")
  }

  /// A number of things.
  static func count(_ number: Int, _ noun: String) -> String {
    let words = Plural.count(number, noun)
    return Self.number(number) + words.dropFirst(String(number).count)
  }

  /// How much of a whole it is, as `97%`: never all of it while something is missing.
  static func percentage(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "–" }
    let share = Double(part) / Double(whole)
    return "\(part == whole ? 100 : min(99, Int((share * 100).rounded())))%"
  }

  /// A time, which may be any text, shortened to minutes where it is RFC 3339 in UTC.
  static func time(_ text: String) -> HTML {
    guard let moment = Moment(text) else { return HTML(text: text) }
    return HTML("time", ["datetime": text]) { "\(moment.day) \(moment.minute) UTC" }
  }

  /// Parts of a time in RFC 3339.
  struct Moment: Sendable, Equatable {
    /// The day, as `2026-11-18`.
    var day: String
    /// The minute of the day, as `09:30`.
    var minute: String

    /// The parts of a time; nil when the text is none in UTC.
    init?(_ text: String) {
      let pattern = Array("dddd-dd-ddTdd:dd:dd".utf8)
      let bytes = Array(text.utf8)
      guard bytes.count > pattern.count, bytes.count < 40, bytes.last == UInt8(ascii: "Z") else {
        return nil
      }
      for (byte, wanted) in zip(bytes, pattern) {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        guard wanted == UInt8(ascii: "d") ? isDigit : byte == wanted else { return nil }
      }
      guard
        bytes[pattern.count..<bytes.count - 1].allSatisfy({
          $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        })
      else { return nil }
      day = String(decoding: bytes[..<10], as: UTF8.self)
      minute = String(decoding: bytes[11..<16], as: UTF8.self)
    }
  }
}
