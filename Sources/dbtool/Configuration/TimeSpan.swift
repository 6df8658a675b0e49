import ArgumentParser

/// A stretch of time such as `90min`, `12h`, `7d` or `4w`.
struct TimeSpan: Equatable, ExpressibleByArgument {
  /// As an interval in PostgreSQL's notation.
  let interval: String

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units = ["min": "minutes", "h": "hours", "d": "days", "w": "weeks"]
    guard let number = Int(digits), (1...100_000).contains(number),
      let unit = units[String(argument.dropFirst(digits.count))]
    else { return nil }
    interval = "\(number) \(unit)"
  }
}
