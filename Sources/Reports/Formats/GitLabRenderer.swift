/// Shows what checks found as GitLab's code quality report.
package struct GitLabRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String { "" }
}
