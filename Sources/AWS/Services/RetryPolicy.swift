/// How often a request is made again, and after which pause.
///
/// AWS SDKs and Tools Reference Guide, "Retry behavior", standard mode: three attempts, pauses that
/// are a random part of a doubling limit, and a budget which failures use up and successes refill.
package struct RetryPolicy: Sendable {
  /// How many times in all.
  package var attempts = 3
  /// What the first pause is at most.
  package var base: Duration = .seconds(1)
  /// What any pause is at most.
  package var limit: Duration = .seconds(20)
  private(set) var budget = 500

  /// The standard mode.
  package init() {}

  /// The pause before attempt `number`, counted from 2; nil when it is not to be made.
  ///
  /// - Parameter wanted: What the server asked for.
  mutating func pause(before number: Int, afterTimeout: Bool, wanted: Duration?) -> Duration? {
    let cost = afterTimeout ? 10 : 5
    guard number <= attempts, budget >= cost else { return nil }
    budget -= cost
    let longest = min(limit, base * Double(1 << min(number - 2, 20)))
    return max(longest * Double.random(in: 0...1), min(wanted ?? .zero, limit))
  }

  /// Takes note of a request that went well.
  mutating func succeeded(afterRetry: Bool) { budget = min(500, budget + (afterRetry ? 5 : 1)) }
}
