/// How much a remedy brings, as far as it is clear.
struct Gain: Sendable {
  var before: QueryPlan
  var after: QueryPlan

  /// What is less than this many times better may be chance, or the table's size.
  private static let clear = 2.0
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
    if before.cost >= Self.clear * after.cost { return true }
    guard let time = before.milliseconds, let shorter = after.milliseconds else { return false }
    return time >= Self.clear * shorter
  }

  /// The figures of both plans.
  var evidence: String {
    var parts: [String] = []
    if before.calls > after.calls { parts.append("\(before.calls) calls, then \(after.calls)") }
    if before.rows != nil, before.examined != after.examined {
      parts.append("\(before.examined) rows looked at, then \(after.examined)")
    }
    if let pages = before.pages, let fewer = after.pages, pages != fewer {
      parts.append("\(pages) pages, then \(fewer)")
    }
    parts.append("planner's cost \(Int(before.cost)), then \(Int(after.cost))")
    if let time = before.milliseconds, let shorter = after.milliseconds {
      parts.append("\(Self.text(time)) ms, then \(Self.text(shorter)) ms")
    }
    return parts.joined(separator: "; ")
  }

  private static func text(_ milliseconds: Double) -> String {
    let tenths = Int((milliseconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
