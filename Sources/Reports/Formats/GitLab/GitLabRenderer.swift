/// Shows what checks found as GitLab's code quality report.
///
/// A merge request shows what is new in it against the target branch, so what is accepted is left out.
package struct GitLabRenderer: Sendable {
  /// A renderer.
  package init() {}

  /// The report.
  package func render(_ report: CheckReport) -> String {
    var fingerprints = Fingerprints()
    let troubles = StageTrouble.all(report).map { trouble in
      Issue(
        description: "\(trouble.title): \(LegalText.line(trouble.text, atMost: 1_000))",
        name: "stage", fingerprint: "stage-" + LegalText.line(trouble.stage.name, atMost: 200),
        severity: "blocker", place: .none)
    }
    let issues = FindingOrder.sorted(report.findings).filter { $0.accepted == nil }
      .map { finding in
        Issue(
          description: FindingText(finding, atMost: 1_000).sentence,
          name: LegalText.line(finding.rule, atMost: 200),
          fingerprint: fingerprints.next(finding), severity: severity(finding),
          place: FindingPlace(finding.location))
      }
    return JSON.text(troubles + issues) + "\n"
  }

  private func severity(_ finding: CheckReport.Finding) -> String {
    switch finding.severity {
    case .error: "critical"
    case .warning: finding.effect == .none ? "minor" : "major"
    case .info: finding.effect == .none ? "info" : "major"
    }
  }

  private struct Issue: Encodable {
    struct Location: Encodable {
      struct Lines: Encodable { var begin: Int }
      var path: String
      var lines: Lines
    }

    var description: String
    var check_name: String
    var fingerprint: String
    var severity: String
    var location: Location

    init(
      description: String, name: String, fingerprint: String, severity: String,
      place: FindingPlace
    ) {
      self.description = description
      check_name = name
      self.fingerprint = fingerprint
      self.severity = severity
      location = Location(path: place.file, lines: .init(begin: place.line))
    }
  }
}
