import Isolation
import Reports
import Wording

/// How the outcome of `verify-rls --performance` is shown to people.
enum PerformanceReports {
  /// Those of `findings` that are about slow queries.
  static func own(_ findings: [Finding]) -> [Finding] {
    findings.filter { RuleBook.performanceRules.contains($0.rule) }
  }

  /// Adds what was looked at and what proved slow.
  static func add(_ report: IsolationReport, showsScripts: Bool, to result: inout Report) {
    guard let performance = report.performance else { return }
    let slow = own(report.findings).filter { $0.suppressed == nil }
    result.space()
    let figures = [
      "\(Plural.count(performance.plans, "plan")) of "
        + "\(Plural.count(performance.tables, "table")) with \(performance.rows) rows of "
        + "\(performance.tenants) tenants each",
      "in \(Seconds.text(performance.seconds)) s",
    ]
    result.line("Performance: " + figures.joined(separator: ", "), .strong)
    if slow.isEmpty, performance.tables > 0 {
      result.line("  no policy was found that makes queries slow", .good)
    }
    for block in FindingBlock.blocks(of: slow) {
      result.space()
      block.add(to: &result, showsScripts: showsScripts)
    }
  }
}
