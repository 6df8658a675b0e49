/// Shows what checks found as Markdown, for the summary of a job.
package struct MarkdownRenderer: Sendable {
  /// GitHub takes 1 MiB a step and drops a longer summary as a whole; others may write into it, too.
  private static let limit = 1_000_000

  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String {
    let stages = MarkdownStages(report: report)
    let migrations = MarkdownMigrations(report: report)
    let findings = MarkdownFindings(report)
    // The verdict first, and what can be long last.
    let before = [stages.verdict, stages.stages, migrations.change, findings.table]
    let after =
      [migrations.migrations]
      + (report.isolation.map { [MarkdownIsolation(isolation: $0).section] } ?? [])
    let used = (before + after).map(\.text.utf8.count).reduce(0, +)
    // A thousand for what is said about the rest.
    let details = findings.details(atMost: Self.limit - 1_000 - used)
    let sections = before + [details] + after
    let leftOut = sections.flatMap(\.leftOut)
    let note =
      leftOut.isEmpty
      ? "" : "Left out, since a summary holds 1 MiB: \(leftOut.joined(separator: ", ")).\n"
    return sections.map(\.text).joined() + note
  }
}
