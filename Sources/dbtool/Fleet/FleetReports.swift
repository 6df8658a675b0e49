import Reports
import Wording

/// How the outcomes of a fleet are shown.
enum FleetReports {
  static func line(_ target: Target, _ outcome: Fleet.Outcome) -> String {
    "\(target.name): \(words(outcome))"
  }

  static func words(_ outcome: Fleet.Outcome) -> String {
    switch outcome {
    case .done(0, _): "up to date"
    case .done(let applied, _): "\(applied) applied"
    case .failed(let failure): "failed: \(failure.summary)"
    case .notBegun: "not begun"
    }
  }

  static func report(_ targets: [Target], _ outcomes: [Fleet.Outcome]) -> Report {
    var report = Report()
    let rows = zip(targets, outcomes).map { target, outcome -> [Text] in
      switch outcome {
      case .done(let applied, let milliseconds):
        [
          Text(target.name), Text("good", .good), Text("\(applied)"), Text("\(milliseconds) ms"),
          Text(""),
        ]
      case .failed(let failure):
        [Text(target.name), Text("failed", .bad), Text(""), Text(""), Text(failure.summary, .bad)]
      case .notBegun:
        [Text(target.name), Text("not begun", .doubtful), Text(""), Text(""), Text("")]
      }
    }
    report.sections.append(
      .table(
        .init(headings: ["target", "state", "applied", "took", ""], rows: rows, prose: [4])))
    let failed = outcomes.filter { if case .failed = $0 { true } else { false } }.count
    let left = outcomes.filter { if case .notBegun = $0 { true } else { false } }.count
    if failed + left > 0 {
      report.line(
        "\(Plural.count(failed, "target")) failed, \(left) not begun: the same command goes on "
          + "where this one stopped", .bad)
    }
    return report
  }

  /// What a command on several targets gives to programs.
  struct JSON: Encodable {
    struct Entry: Encodable {
      var target: String
      var state: String
      var applied: Int?
      var durationMs: Int?
      var error: Failure.Body?
    }

    var schema = "dbtool.fleet/1"
    var good: Bool
    var targets: [Entry]

    init(_ targets: [Target], _ outcomes: [Fleet.Outcome]) {
      self.targets = zip(targets, outcomes).map { target, outcome in
        switch outcome {
        case .done(let applied, let milliseconds):
          Entry(target: target.name, state: "good", applied: applied, durationMs: milliseconds)
        case .failed(let failure):
          Entry(target: target.name, state: "failed", error: failure.publicBody)
        case .notBegun: Entry(target: target.name, state: "not-begun")
        }
      }
      good = self.targets.allSatisfy { $0.state == "good" }
    }
  }
}
