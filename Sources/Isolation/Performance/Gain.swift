/// How much a remedy brings, as far as it is clear.
struct Gain: Sendable {
  var before: QueryPlan
  var after: QueryPlan

  /// What is less than this many times better may be chance, or the table's size.
  private static let clear = 2.0
  /// Calls are counted, not guessed, so the planner's cost or the time have only to agree; a busy
  /// machine blurs the time.
  private static let noticeable = 1.05
  /// Reading so little is fast whatever the policy does.
  static let leastCost = 50.0

  /// True when the statement does less than half of the work for the same rows.
  func isClear(for remedy: Remedy) -> Bool {
    // A remedy that shows other rows is another policy.
    if let rows = before.rows, let other = after.rows, rows != other { return false }
    guard before.cost >= Self.leastCost else { return false }
    if remedy.rule == "slow-policy-call" { return hasFewerCalls }
    if let pages = before.pages, let fewer = after.pages {
      // What functions read, no planner knows.
      if remedy.isHidden { return Double(pages) >= Self.clear * Double(max(fewer, 1)) }
      guard before.examined > after.examined || pages > fewer else { return false }
    }
    if before.cost >= Self.clear * after.cost { return true }
    // The planner takes an array for ten ids, of which a tenant has one.
    return before.rows != nil && after.rows != nil && before.cost > after.cost
      && before.examined >= 10 * max(after.examined, 1)
  }

  private var hasFewerCalls: Bool {
    // Other calls may be left that depend on the row.
    guard before.calls - after.calls >= 1_000 else { return false }
    if before.cost >= Self.noticeable * after.cost { return true }
    guard let time = before.milliseconds, let shorter = after.milliseconds else { return false }
    return time >= Self.noticeable * shorter
  }

  /// The figures of both plans.
  func evidence(for remedy: Remedy) -> String {
    var parts: [String] = []
    if remedy.rule == "slow-policy-call" {
      parts.append("\(after.calls) instead of \(before.calls) calls in filters")
    }
    if before.rows != nil, after.rows != nil, before.examined != after.examined {
      parts.append("\(after.examined) instead of \(before.examined) rows looked at")
    }
    if let pages = before.pages, let fewer = after.pages, pages != fewer {
      parts.append("\(fewer) instead of \(pages) pages")
    }
    parts.append("planner's cost \(Int(after.cost)) instead of \(Int(before.cost))")
    if let time = before.milliseconds, let shorter = after.milliseconds {
      parts.append("\(Self.text(shorter)) instead of \(Self.text(time)) ms")
    }
    return "with the fix " + parts.joined(separator: ", ")
  }

  private static func text(_ milliseconds: Double) -> String {
    let tenths = Int((milliseconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
