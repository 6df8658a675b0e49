import Migrations
import Reports
import SQLSyntax
import Wording

/// How the outcomes of the migrate commands are shown.
enum MigrationReports {
  /// A step that was done, in one line.
  static func describe(_ step: FinishedStep) -> String {
    "\(step.step.direction.rawValue)  \(step.step.migration.label)  \(step.durationMilliseconds) ms"
  }

  /// That a step is tried again, in one line.
  static func describe(
    retryOf step: MigrationStep, after error: MigrationError, pause: Duration
  ) -> String {
    let tenths = Int(pause / .milliseconds(100))
    return "\(error.summary); nothing of it was kept, again in "
      + "\(tenths / 10).\(tenths % 10) s"
  }

  /// A session that applies migrations, in one line.
  static func describe(_ holder: LockHolder) -> String {
    "another run to end: session \(holder.pid.map { "\($0) " } ?? "")of \(holder.user) (\(holder.applicationName)), "
      + "connected since \(holder.connectedSince)"
  }

  /// That there was nothing to do.
  static func nothing(_ words: String) -> Report {
    var report = Report()
    report.line(words, .good)
    return report
  }

  static func plan(_ plan: MigrationPlan, nothing words: String) -> Report {
    guard !plan.isEmpty else { return nothing(words) }
    var report = Report()
    for step in plan.steps {
      report.line("\(step.direction.rawValue)  \(step.migration.label)", .strong)
      for statement in step.script.statements {
        let text = MigrationError.shortened(step.script.source(of: statement), limit: 84)
        report.line("  \(step.script.file):\(statement.location.line)  \(text)", .faint)
      }
    }
    return report
  }

  static func run(_ run: MigrationReport, nothing: String) -> Report {
    var report = Report()
    guard !run.finished.isEmpty else {
      report.line(nothing, .good)
      return report
    }
    let ups = run.finished.filter { $0.step.direction == .up }.count
    let downs = run.finished.count - ups
    var parts: [String] = []
    if ups > 0 { parts.append("\(ups) applied") }
    if downs > 0 { parts.append("\(downs) taken back") }
    report.line("migrations: " + parts.joined(separator: ", "), .good)
    return report
  }

  static func status(_ status: MigrationStatus) -> Report {
    let rows = status.entries.map { entry -> [Text] in
      let meaning: Text.Meaning =
        switch entry.state {
        case .applied, .reformatted, .replaced: .good
        case .pending, .partial: .doubtful
        default: .bad
        }
      return [
        Text(String(entry.version)), Text(entry.name), Text(entry.state.rawValue, meaning),
        Text(entry.applied?.appliedAt ?? ""),
        Text(entry.applied.map { "\($0.durationMilliseconds) ms" } ?? ""),
        Text(entry.applied?.appliedBy ?? ""),
      ]
    }
    var report = Report([
      .table(
        .init(
          headings: ["version", "name", "state", "applied at", "took", "by"], rows: rows))
    ])
    for entry in status.entries {
      guard let unfinished = entry.unfinished else { continue }
      let verb = unfinished.direction == .up ? "was being applied" : "was being taken back"
      report.line(
        "\(entry.label) \(verb) when it was stopped: \(Plural.count(unfinished.done, "statement")) "
          + "\(unfinished.done == 1 ? "is" : "are") done and recorded; dbtool migrate "
          + "\(unfinished.direction.rawValue) goes on after that", .doubtful)
    }
    let pending = status.entries.filter { $0.state == .pending || $0.unfinished?.direction == .up }
      .count
    if status.isUpToDate {
      report.line("up to date", .good)
    } else if pending > 0 {
      report.line("\(pending) pending: dbtool migrate up applies them", .doubtful)
    }
    for problem in status.problems {
      for line in "\(problem)".split(separator: "\n") { report.line(String(line), .bad) }
    }
    return report
  }

  static func verification(_ verification: MigrationVerification) -> Report {
    var report = Report()
    for entry in verification.entries {
      let isGood = entry.failures.isEmpty
      report.line(
        "\(isGood ? "good" : "bad ")  \(entry.migration.label)  \(entry.checks) checks",
        isGood ? .good : .bad)
      for failure in entry.failures { report.line("  \(failure)", .bad) }
    }
    if verification.entries.isEmpty { report.line("no applied migration has a .verify.sql file") }
    return report
  }

  /// What `migrate up`, `down` and `redo` give to programs.
  struct RunJSON: Encodable {
    struct Step: Encodable {
      var direction: String
      var version: Int64
      var name: String
      var durationMs: Int?
    }

    var runId: String?
    var planned: [Step]?
    var done: [Step]?

    static let nothing = RunJSON(planned: [])

    private init(planned: [Step]?) {
      self.planned = planned
    }

    init(plan: MigrationPlan) {
      planned = plan.steps.map { Step($0, nil) }
    }

    init(_ report: MigrationReport) {
      runId = report.runID
      done = report.finished.map { Step($0.step, $0.durationMilliseconds) }
    }
  }

  /// What `migrate status` gives to programs.
  struct StatusJSON: Encodable {
    struct Entry: Encodable {
      var version: Int64
      var name: String
      var state: String
      var appliedAt: String?
      var appliedBy: String?
      var durationMs: Int?
    }

    var upToDate: Bool
    var migrations: [Entry]

    init(_ status: MigrationStatus) {
      upToDate = status.isUpToDate
      migrations = status.entries.map {
        Entry(
          version: $0.version, name: $0.name, state: $0.state.rawValue,
          appliedAt: $0.applied?.appliedAt, appliedBy: $0.applied?.appliedBy,
          durationMs: $0.applied?.durationMilliseconds)
      }
    }
  }

  /// What `migrate verify` gives to programs.
  struct VerificationJSON: Encodable {
    struct Entry: Encodable {
      var version: Int64
      var checks: Int
      var failures: [String]
    }

    var good: Bool
    var migrations: [Entry]

    init(_ verification: MigrationVerification) {
      good = verification.isGood
      migrations = verification.entries.map {
        Entry(
          version: $0.migration.version, checks: $0.checks, failures: $0.failures.map(\.summary))
      }
    }
  }
}

extension MigrationReports.RunJSON.Step {
  init(_ step: MigrationStep, _ milliseconds: Int?) {
    self.init(
      direction: step.direction.rawValue, version: step.migration.version,
      name: step.migration.name, durationMs: milliseconds)
  }
}
