/// The order in which findings are shown where only the first ones are seen.
enum FindingOrder {
  /// What fails, what leaves doubts, what is worth knowing, and what is accepted; within each the
  /// worst first.
  static func sorted(_ findings: [CheckReport.Finding]) -> [CheckReport.Finding] {
    findings.enumerated().map { (rank: rank($1), place: $0, finding: $1) }
      .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
      .map(\.finding)
  }

  private static func rank(_ finding: CheckReport.Finding) -> Int {
    let effect =
      switch finding.effect {
      case _ where finding.accepted != nil: 3
      case .fails: 0
      case .doubts: 1
      case .none: 2
      }
    let severity =
      switch finding.severity {
      case .error: 0
      case .warning: 1
      case .info: 2
      }
    return effect * 3 + severity
  }
}
