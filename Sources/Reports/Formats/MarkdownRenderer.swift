/// Shows what checks found as Markdown.
package struct MarkdownRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String { "" }
}
