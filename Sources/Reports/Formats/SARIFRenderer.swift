/// Shows what checks found as SARIF 2.1.0.
package struct SARIFRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String { "" }
}
