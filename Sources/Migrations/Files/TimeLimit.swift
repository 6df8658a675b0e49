/// A time as PostgreSQL's timeout settings take it, always with a unit.
///
/// PostgreSQL reads a bare number as milliseconds, which is hardly ever what is meant.
package struct TimeLimit: Sendable, Equatable {
  /// What is wrong with a text that is no time limit.
  package struct Flaw: Error, Equatable {
    /// What it is, as the end of a sentence about the text.
    package var reason: String
  }

  /// As the setting takes it, for example `2s`.
  package var setting: String
  /// The same in milliseconds; 0 is no limit.
  package private(set) var milliseconds = 0

  /// Reads a whole number with `ms`, `s`, `min` or `h`; 0 is no limit.
  ///
  /// - Throws: `Flaw`.
  package init(_ text: String) throws(Flaw) {
    guard text != "0" else {
      setting = text
      return
    }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let factors = ["ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000]
    guard let number = Int(digits), let factor = factors[String(text.dropFirst(digits.count))]
    else { throw Flaw(reason: "is not a time such as 500ms, 2s, 5min or 1h") }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow, milliseconds <= Int(Int32.max) else {
      throw Flaw(reason: "is longer than PostgreSQL's limit of 24 days")
    }
    setting = text
    self.milliseconds = milliseconds
  }
}
