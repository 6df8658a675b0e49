/// Shows what checks found as workflow commands of GitHub Actions.
package struct GitHubRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String { "" }
}
