/// Shows what checks found as JUnit's XML.
package struct JUnitRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String { "" }
}
