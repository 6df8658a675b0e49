import ArgumentParser
import Dispatch
import Migrations

/// How long the whole gate may take, such as `90s`, `15m` or `1h`.
struct GateTimeLimit: ExpressibleByArgument {
  /// As it was given.
  let text: String
  /// The same in seconds.
  let seconds: Int

  init?(argument: String) {
    // CI systems write m for minutes.
    guard !argument.hasSuffix("ms"),
      let limit = try? TimeLimit(argument.hasSuffix("m") ? argument + "in" : argument),
      (1_000...86_400_000).contains(limit.milliseconds)
    else { return nil }
    text = argument
    seconds = limit.milliseconds / 1_000
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
