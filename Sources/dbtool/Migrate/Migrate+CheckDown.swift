import Migrations
import Reports
import Schema
import Wording

extension Migrate.Up {
  /// Applies, takes back and applies again each migration on a throwaway server.
  func checkDown(_ session: Session) throws -> ExitStatus {
    let directory = try session.migrations()
    session.console.progress("starting a throwaway PostgreSQL server")
    let entries = try DownCheck.run(directory, to: to, session.console) { entry in
      session.console.detail("\(entry.migration.label): \(DownCheckReport.words(entry.outcome))")
    }
    try session.console.result(
      DownCheckReport.report(entries), json: DownCheckReport.ReportJSON(entries))
    return entries.contains { $0.isBad } ? .found : .good
  }
}

/// How the outcome of `migrate up --check-down` is shown.
enum DownCheckReport {
  static func words(_ outcome: DownCheck.Entry.Outcome) -> String {
    switch outcome {
    case .good: "down takes back all of it, and up brings it again"
    case .noDown: "no down file"
    case .forgets(let difference):
      "down leaves \(Plural.count(difference.items.count, "difference")) to what was before"
    case .differs(let difference):
      "down and up again leave \(Plural.count(difference.items.count, "difference"))"
    case .fails(let error): error.summary
    }
  }

  static func report(_ entries: [DownCheck.Entry]) -> Report {
    var report = Report()
    for entry in entries where entry.isBad {
      report.line("\(entry.migration.label)  \(words(entry.outcome))", .bad)
      switch entry.outcome {
      case .forgets(let difference):
        report.line("  \(entry.migration.downFile ?? "") would also have to:", .faint)
        report.sections.append(.block(difference.script))
      case .differs(let difference):
        report.line("  after the second up it would take:", .faint)
        report.sections.append(.block(difference.script))
      case .fails(let error):
        for line in "\(error)".split(separator: "\n").dropFirst() { report.line(String(line)) }
      case .good, .noDown: break
      }
    }
    report.line(summary(entries), entries.contains { $0.isBad } ? .bad : .good)
    let without = entries.filter { if case .noDown = $0.outcome { true } else { false } }
    if !without.isEmpty {
      let names = without.map(\.migration.label).joined(separator: ", ")
      report.line("without a down file: \(names)", .faint)
    }
    return report
  }

  /// How many can be taken back, in one line.
  static func summary(_ entries: [DownCheck.Entry]) -> String {
    let bad = entries.filter(\.isBad).count
    let good = entries.filter { if case .good = $0.outcome { true } else { false } }.count
    guard good + bad > 0 else { return "no migration has a down file" }
    guard good > 0 else {
      return "\(Plural.count(bad, "migration")) cannot be taken back and applied again"
    }
    return "\(Plural.count(good, "migration")) can be taken back and applied again"
      + (bad > 0 ? ", \(bad) cannot" : "")
  }

  /// What `migrate up --check-down` gives to programs.
  struct ReportJSON: Encodable {
    struct Entry: Encodable {
      var version: Int64
      var name: String
      var outcome: String
      var message: String
      var sql: [String]?
    }

    var schema = "dbtool.check-down/1"
    var good: Bool
    var migrations: [Entry]

    init(_ entries: [DownCheck.Entry]) {
      good = !entries.contains { $0.isBad }
      migrations = entries.map { entry in
        let (outcome, sql): (String, [String]?) =
          switch entry.outcome {
          case .good: ("good", nil)
          case .noDown: ("no-down", nil)
          case .forgets(let difference): ("forgets", difference.items.flatMap(\.sql))
          case .differs(let difference): ("differs", difference.items.flatMap(\.sql))
          case .fails: ("fails", nil)
          }
        return Entry(
          version: entry.migration.version, name: entry.migration.name, outcome: outcome,
          message: DownCheckReport.words(entry.outcome), sql: sql)
      }
    }
  }
}
