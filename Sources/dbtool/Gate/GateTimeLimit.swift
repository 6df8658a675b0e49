import ArgumentParser
import Dispatch

/// How long the whole gate may take, such as `90s`, `15m` or `1h`.
struct GateTimeLimit: ExpressibleByArgument {
  /// As it was given.
  let text: String
  /// The same in seconds.
  let seconds: Int

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units = ["s": 1, "m": 60, "min": 60, "h": 3_600]
    guard let number = Int(digits), let unit = units[String(argument.dropFirst(digits.count))],
      (1...86_400).contains(number), number * unit <= 86_400
    else { return nil }
    text = argument
    seconds = number * unit
  }

  var defaultValueDescription: String { text }

  static let usual = GateTimeLimit(text: "30m", seconds: 1_800)

  private init(text: String, seconds: Int) {
    self.text = text
    self.seconds = seconds
  }

  /// Does the work, and has it stopped when the time is over.
  func limit<Result>(_ work: () throws -> Result) rethrows -> Result {
    let stop = DispatchWorkItem { [text] in Interrupts.stop(after: text) }
    DispatchQueue(label: "dbtool.timeout").asyncAfter(
      deadline: .now() + .seconds(seconds), execute: stop)
    defer { stop.cancel() }
    return try work()
  }
}
