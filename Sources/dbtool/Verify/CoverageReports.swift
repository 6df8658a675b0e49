import Isolation
import Reports

/// How people are told what `verify-rls` tried and what it did not.
enum CoverageReports {
  static func add(_ report: IsolationReport, to result: inout Report) {
    let coverage = report.coverage
    let counts = [
      ("tables", coverage.tables), ("operations", coverage.operations), ("roles", coverage.roles),
      ("branches", coverage.branches), ("views", coverage.views),
      ("functions", coverage.functions),
    ].filter { $0.1.probed + $0.1.notProbed > 0 }
    let figures = counts.map { name, count in
      "\(count.probed) of \(count.probed + count.notProbed) \(name)"
    }
    result.space()
    result.line("probed: " + figures.joined(separator: ", "))
    for gap in coverage.gaps where gap.isOpen {
      result.line("  not probed: \(gap.kind.rawValue) \(gap.object): \(gap.reason)", .doubtful)
    }
    // What nobody may use is many lines and little news. Operations stand in the matrix.
    var byReason: [(reason: String, objects: [String])] = []
    for gap in coverage.gaps where !gap.isOpen && gap.kind != .operation {
      if let place = byReason.firstIndex(where: { $0.reason == gap.reason }) {
        byReason[place].objects.append(gap.object)
      } else {
        byReason.append((gap.reason, [gap.object]))
      }
    }
    for (reason, objects) in byReason {
      let names = objects.prefix(6).joined(separator: ", ")
      let rest = objects.count > 6 ? " and \(objects.count - 6) more" : ""
      result.line("  left out, \(reason): \(names)\(rest)", .faint)
    }
    if !report.sequences.isEmpty {
      let names = report.sequences.joined(separator: ", ")
      result.line("  sequences that went on meanwhile and stay so: \(names)", .faint)
    }
    if let live = report.live { add(live, to: &result) }
  }

  private static func add(_ live: LiveReport, to result: inout Report) {
    result.line(
      "live: lock_timeout \(live.lockTimeout), statement_timeout \(live.statementTimeout); ROW "
        + "EXCLUSIVE locks on tables for \(tenths(live.seconds)) s, which only DDL waits for")
    for limit in live.limits {
      result.line("  --live cannot find all of [\(limit.rule)]: \(limit.reason)", .doubtful)
    }
    if !live.triggers.isEmpty {
      let names = live.triggers.joined(separator: ", ")
      result.line("  triggers with VOLATILE functions that fired in trials: \(names)", .faint)
    }
  }

  private static func tenths(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded(.up))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
