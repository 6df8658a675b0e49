/// The bad end of a stage that no finding tells of.
///
/// Formats that know findings only would otherwise show nothing at all for a stage that could not be
/// carried out, and nothing at all is taken for good.
struct StageTrouble: Sendable {
  /// The stage.
  var stage: CheckReport.Stage
  /// What happened, on one line.
  var title: String
  /// What is known about it; may have several lines.
  var text: String

  /// The troubles of a report, in the order of its stages.
  static func all(_ report: CheckReport) -> [StageTrouble] {
    let told = Set(report.findings.filter(\.counts).map(\.stage))
    return report.stages.compactMap { StageTrouble($0, isTold: told.contains($0.name)) }
  }

  /// What is bad about the end of a stage; nil when nothing is, or when findings say it.
  init?(_ stage: CheckReport.Stage, isTold: Bool) {
    let ending: String
    switch stage.outcome {
    case .passed, .skipped: return nil
    case .failed, .inconclusive:
      if isTold { return nil }
      ending = stage.outcome == .failed ? "failed" : "came to no conclusion"
    case .error: ending = "could not be carried out"
    }
    self.stage = stage
    title = "\(LegalText.line(stage.name, atMost: 200)) \(ending)"
    let words = stage.error ?? stage.summary
    text = LegalText.block(words.isEmpty ? stage.title : words, atMost: 20_000)
  }
}
