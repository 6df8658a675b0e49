import ArgumentParser
import Policies
import Postgres
import Reports

/// `dbtool policies …`.
struct PoliciesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policies",
    abstract: "Keep row-level security policies as files and apply them when they change.",
    discussion: """
      Each policies/*.sql can be applied any number of times: DROP POLICY IF EXISTS, CREATE POLICY, \
      ENABLE and FORCE ROW LEVEL SECURITY, GRANT. As soon as one file is new or changed, all are \
      applied again, in the order of their names and in one transaction.
      """,
    subcommands: [Plan.self, Apply.self, Check.self])

  /// `dbtool policies plan`.
  struct Plan: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan", abstract: "Show what apply would do.")
    @OptionGroup var global: GlobalOptions

    var memory: RunMemory? { .check("policies plan") }

    func run(in session: Session) throws -> ExitStatus {
      let (plan, _) = try PoliciesCommand.plan(session)
      try session.console.result(PoliciesCommand.report(plan), json: PlanJSON(plan))
      return .good
    }
  }

  /// `dbtool policies apply`.
  struct Apply: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "apply",
      abstract: "Apply the policy files if one of them changed.")
    @OptionGroup var global: GlobalOptions
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    var memory: RunMemory? { dryRun ? .check("policies apply") : .change("policies apply") }

    func run(in session: Session) throws -> ExitStatus {
      let (plan, connection) = try PoliciesCommand.plan(session)
      if dryRun || plan.isEmpty {
        try session.console.result(PoliciesCommand.report(plan), json: PlanJSON(plan))
        return .good
      }
      let done = try PoliciesCommand.runner(session).apply(plan, on: connection)
      session.run.count("files", done.applied.count)
      for notice in connection.takeNotices() { session.console.detail(notice) }
      for name in done.forgotten {
        session.console.warning(
          "\(name) is gone: the policies that it made stay in the database until a file drops them")
      }
      var report = Report()
      report.line(
        "policies: \(done.applied.count) files applied, \(done.statementCount) statements", .good)
      try session.console.result(report, json: PlanJSON(plan))
      return .good
    }
  }

  /// `dbtool policies check`.
  struct Check: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Exit with 1 unless the files are applied as they are.")
    @OptionGroup var global: GlobalOptions

    var memory: RunMemory? { .check("policies check") }

    func run(in session: Session) throws -> ExitStatus {
      let (plan, _) = try PoliciesCommand.plan(session)
      try session.console.result(PoliciesCommand.report(plan), json: PlanJSON(plan))
      return plan.isEmpty ? .good : .found
    }
  }

  private static func runner(_ session: Session) -> PolicyRunner {
    PolicyRunner(toolVersion: Version.current, runID: session.run.id)
  }

  private static func plan(_ session: Session) throws -> (PolicyPlan, any Connection) {
    let configuration = session.configuration
    let directory = try PolicyDirectory.load(configuration.place(configuration.policies))
    let connection = try session.connect()
    return (try runner(session).plan(directory, on: connection), connection)
  }

  private static func report(_ plan: PolicyPlan) -> Report {
    var report = Report()
    for line in plan.description.split(separator: "\n") {
      report.line(String(line), plan.isEmpty ? .good : .plain)
    }
    return report
  }

  /// What the policies commands give to programs.
  struct PlanJSON: Encodable {
    struct File: Encodable {
      var name: String
      var state: String
    }

    var upToDate: Bool
    var files: [File]
    var removed: [String]

    init(_ plan: PolicyPlan) {
      upToDate = plan.isEmpty
      files = plan.entries.map { File(name: $0.file.name, state: $0.state.rawValue) }
      removed = plan.removed
    }
  }
}
