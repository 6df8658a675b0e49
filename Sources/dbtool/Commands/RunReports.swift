import Reports
import Runs

/// How runs are shown.
enum RunReports {
  /// A table, the course of durations, and what took longest.
  static func list(_ runs: [RunRecord]?, slowest: [RunLedger.SlowMigration]) -> Report {
    var report = Report()
    guard let runs else {
      report.line(
        "no runs are recorded here yet: the first is the next command that changes something")
      return report
    }
    guard !runs.isEmpty else {
      report.line("no such runs")
      return report
    }
    report.sections.append(
      .table(
        Report.Table(
          headings: ["id", "started", "command", "result", "took", "by", "commit", "done"],
          rows: runs.map(row), prose: [7])))
    report.space()
    var seen: Set<String> = []
    for command in runs.map(\.command) where seen.insert(command).inserted {
      let same = runs.filter { $0.command == command }.prefix(40).reversed()
      guard same.count > 1 else { continue }
      let times = same.map(\.milliseconds)
      let range = "\(took(times.min() ?? 0)) to \(took(times.max() ?? 0))"
      report.line("\(Sparkline.text(times))  \(command), \(range)", .faint)
    }
    for (index, migration) in slowest.enumerated() {
      if index == 0 { report.line("slowest migrations:", .faint) }
      report.line("  \(took(migration.milliseconds))  \(migration.label)", .faint)
    }
    return report
  }

  /// Everything that is known of a run.
  static func details(_ run: RunRecord) -> Report {
    var report = Report()
    func add(_ name: String, _ value: String?, _ meaning: Text.Meaning = .plain) {
      guard let value, !value.isEmpty else { return }
      let padding = String(repeating: " ", count: max(0, 12 - name.count))
      report.line("\(name)\(padding)\(value)", meaning)
    }
    add("run", run.id, .strong)
    add("command", "dbtool " + run.command)
    add("result", "\(run.result.rawValue), exit code \(run.exitCode)", meaning(run.result))
    add("error", run.error, .bad)
    add("started", run.startedAt)
    add("took", took(run.milliseconds))
    add("database", run.target)
    add("by", run.runBy)
    add("role", run.databaseUser)
    add("dbtool", run.toolVersion)
    add("commit", run.gitCommit)
    for (name, count) in run.counts.sorted(by: { $0.key < $1.key }) { add(name, "\(count)") }
    return report
  }

  private static func row(_ run: RunRecord) -> [Text] {
    let done = run.counts.filter { $0.key != "statements" || run.counts.count == 1 }
      .sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return [
      Text(String(run.id.prefix(8)), .strong),
      Text(String(run.startedAt.prefix(16).map { $0 == "T" ? " " : $0 })), Text(run.command),
      Text(run.result.rawValue, meaning(run.result)), Text(took(run.milliseconds)),
      Text(run.runBy), Text(String((run.gitCommit ?? "").prefix(7))),
      Text(run.error.map(shortened) ?? done),
    ]
  }

  /// What fits beside the other columns; `runs show` has it all.
  private static func shortened(_ error: String) -> String {
    error.count > 100 ? error.prefix(99) + "…" : error
  }

  private static func meaning(_ result: RunRecord.Result) -> Text.Meaning {
    switch result {
    case .good: .good
    case .found, .failed: .bad
    case .inconclusive, .interrupted: .doubtful
    }
  }

  private static func took(_ milliseconds: Int) -> String {
    guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
    guard milliseconds >= 60_000 else {
      return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
    }
    return "\(milliseconds / 60_000) min \(milliseconds / 1_000 % 60) s"
  }

  /// What `runs` gives to programs.
  struct ListJSON: Encodable {
    struct Migration: Encodable {
      var migration: String
      var durationMs: Int
    }

    var schema = "dbtool.runs/1"
    var runs: [RunJSON]
    var slowestMigrations: [Migration]
  }

  /// A run as programs read it.
  struct RunJSON: Encodable {
    var id: String
    var command: String
    var target: String
    var toolVersion: String
    var gitCommit: String?
    var runBy: String
    var databaseUser: String?
    var startedAt: String
    var durationMs: Int
    var result: RunRecord.Result
    var exitCode: Int
    var error: String?
    var counts: [String: Int]

    init(_ run: RunRecord) {
      id = run.id
      command = run.command
      target = run.target
      toolVersion = run.toolVersion
      gitCommit = run.gitCommit
      runBy = run.runBy
      databaseUser = run.databaseUser
      startedAt = run.startedAt
      durationMs = run.milliseconds
      result = run.result
      exitCode = run.exitCode
      error = run.error
      counts = run.counts
    }
  }
}
