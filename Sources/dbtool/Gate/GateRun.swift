import DatabaseInstrumentation
import Lint
import LocalPostgres
import Migrations
import Postgres
import Reports
import Wording

/// Runs the stages of the gate and brings together what they say.
struct GateRun {
  let session: Session
  let options: GateCommand
  /// What the project's SQL may do on the main database, as far as that is dbtool's own.
  var rights: ServerRights { session.throwawayServer == nil ? .superuser : session.rights }
  /// What is new; nil when nothing says since when.
  let changes: ChangedFiles?
  var report: CheckReport
  /// The definitions of objects, once the files were read.
  var definitions = Definitions()
  private let baseline: Baseline?
  private var failures: [Failure] = []

  init(_ session: Session, _ options: GateCommand, baseline: Baseline?) throws {
    self.session = session
    self.options = options
    self.baseline = baseline
    let configuration = session.configuration
    changes = try options.changedSince.map {
      try ChangedFiles(since: $0, inFolder: configuration.folder)
    }
    report = CheckReport(
      tool: .init(version: Version.current), command: "gate",
      project: configuration.name, startedAt: session.run.startedAtText)
    report.commit = GitCommit.current(inFolder: configuration.folder)
    report.database = session.databaseName
  }

  /// Runs all stages.
  mutating func run() -> (CheckReport, ExitStatus) {
    runStages()
    report.rules = GateRules.rules(of: report.findings)
    report.durationMs = Int(session.run.duration / .milliseconds(1))
    if let baseline { return judged(report, by: baseline) }
    return judged(report)
  }

  private mutating func runStages() {
    stage(.lint) { try $0.lint() }
    let isUp = stage(.up) { try $0.up() }
    // They have servers of their own, and go on while the main one is worked on.
    let side = isUp ? GateSide(self) : nil
    let beside = [GateStage.locks, .down].filter(isWanted).map { stage in
      (stage, side.map { side in SideWork { side.run(stage) } })
    }
    let isProtected = stage(.policies, if: isUp) { try $0.policies() }
    stage(.seed, if: isProtected) { try $0.seed() }
    stage(.verify, if: isProtected) { try $0.verify() }
    for (stage, work) in beside {
      if let work {
        take(stage, work.wait())
      } else {
        add(stage, .skipped("what it builds on failed"), milliseconds: 0)
      }
    }
    guard let target = options.target else { return }
    let comparison = GateTarget(target, session, options.global)
    stage(.drift) { _ in try comparison.drift() }
    stage(.pending) { gate in try comparison.pending(in: &gate.report) }
  }

  private func isWanted(_ stage: GateStage) -> Bool {
    !options.skipped.contains(stage) && !Interrupts.cancellation.isRequested
  }

  /// Runs one stage; true when what builds on it may go on.
  @discardableResult
  private mutating func stage(
    _ stage: GateStage, if isPossible: Bool = true,
    _ work: (inout GateRun) throws -> StageResult
  ) -> Bool {
    guard isWanted(stage) else {
      if Interrupts.limit != nil, !options.skipped.contains(stage) {
        add(stage, .skipped("the time was over"), milliseconds: 0)
      }
      return isPossible
    }
    guard isPossible else {
      add(stage, .skipped("what it builds on failed"), milliseconds: 0)
      return false
    }
    session.console.status("\(stage.rawValue): \(stage.title)")
    let clock = ContinuousClock()
    let start = clock.now
    let result: StageResult
    do {
      result = try work(&self)
    } catch {
      result = .failed(error)
    }
    add(stage, result, milliseconds: Int((clock.now - start) / .milliseconds(1)))
    return result.failure == nil && !result.isObstacle
  }

  /// Takes what was done beside the main thread.
  private mutating func take(_ stage: GateStage, _ side: GateSide.Outcome) {
    for (version, down) in side.downs {
      edit(version) { $0.down = down }
    }
    for (version, locks) in side.locks {
      edit(version) { $0.locks = locks }
    }
    if let change = side.change { report.change = change }
    add(stage, side.result, milliseconds: side.milliseconds)
  }

  private mutating func edit(
    _ version: Int64, _ change: (inout CheckReport.Migration) -> Void
  ) {
    guard let index = report.migrations.firstIndex(where: { $0.version == version }) else { return }
    change(&report.migrations[index])
  }

  private mutating func add(_ stage: GateStage, _ result: StageResult, milliseconds: Int) {
    var findings = options.strict ? result.findings.strict : result.findings
    // The same wrong thing twice in a file has two names.
    var seen: [String: Int] = [:]
    for index in findings.indices {
      let count = seen[findings[index].id, default: 0] + 1
      seen[findings[index].id] = count
      if count > 1 { findings[index].id += "-\(count)" }
    }
    if let baseline { _ = baseline.accept(&findings) }
    report.findings += findings
    if let failure = result.failure { failures.append(failure) }
    let entry = CheckReport.Stage(
      name: stage.rawValue, title: stage.title, outcome: result.outcome(findings),
      durationMs: milliseconds, summary: result.summary, error: result.failure?.details)
    report.stages.append(entry)
    session.console.clearStatus()
    session.console.progress(CheckText.line(entry))
  }

  // MARK: - Verdict

  /// The report and its verdict with the findings of a baseline accepted.
  func judged(_ report: CheckReport, by baseline: Baseline) -> (CheckReport, ExitStatus) {
    var report = report
    let gone = baseline.accept(&report.findings)
    if !gone.isEmpty {
      session.console.progress(
        "\(Plural.count(gone.count, "finding")) of the baseline \(gone.count == 1 ? "is" : "are") not "
          + "found any more: --write-baseline forgets \(gone.count == 1 ? "it" : "them")")
    }
    for index in report.stages.indices
    where [.failed, .inconclusive].contains(report.stages[index].outcome) {
      let name = report.stages[index].name
      let counting = report.findings.filter { $0.stage == name && $0.counts }
      report.stages[index].outcome =
        counting.contains { $0.effect == .fails }
        ? .failed : counting.isEmpty ? .passed : .inconclusive
    }
    return judged(report)
  }

  private func judged(_ report: CheckReport) -> (CheckReport, ExitStatus) {
    var report = report
    let order = CheckReport.Finding.Severity.allCases
    report.findings = report.findings.enumerated().sorted { first, second in
      func rank(_ item: (offset: Int, element: CheckReport.Finding)) -> (Int, Int, Int) {
        (
          item.element.accepted == nil ? 0 : 1,
          order.firstIndex(of: item.element.severity) ?? 0, item.offset
        )
      }
      return rank(first) < rank(second)
    }.map(\.element)
    let counting = report.findings.filter(\.counts)
    let status: ExitStatus
    if Interrupts.cancellation.isRequested {
      status = Interrupts.status
    } else if counting.contains(where: { $0.effect == .fails }) {
      // What was found stands, whatever else could not be looked at.
      status = .found
    } else if let failure = failures.first {
      status = failure.status
    } else {
      status = counting.isEmpty ? .good : .inconclusive
    }
    report.exitCode = Int(status.rawValue)
    report.verdict = .init(status)
    return (report, status)
  }
}
