import ArgumentParser
import Postgres
import Reports
import Runs

/// `dbtool runs …`.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "What was run, when, by whom, how long, and with what result.",
    discussion: """
      Each command that changes a database notes its run in dbtool.runs there, and so does each check \
      once that table exists. runs.keep in dbtool.yaml says how long runs are kept (180d); \
      runs.record: false turns it off.

      Examples:
        dbtool runs
        dbtool runs --since 7d --command "migrate up"
        dbtool runs show 4f2a
        dbtool runs --since 24h --format json
      """,
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// `dbtool runs list`.
  struct List: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List runs, the newest first (the default).",
      discussion: """
        With how long the same command took the last times, and the migrations that took longest.

        Examples:
          dbtool runs
          dbtool runs --since 24h --command verify-rls
        """)
    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "Only runs of this last stretch of time, for example 90min, 24h, 7d or 4w.")
    var since: TimeSpan?
    @Option(help: "Only runs of this command, for example \"migrate up\".")
    var command: String?
    @Option(help: "How many to list.")
    var limit = 20

    func validate() throws {
      guard (1...100_000).contains(limit) else {
        throw ValidationError("--limit must be from 1 to 100000")
      }
    }

    func run(in session: Session) throws -> ExitStatus {
      let ledger = RunLedger(try session.connect())
      let runs = try ledger.runs(since: since?.interval, command: command, limit: limit)
      let slowest = try ledger.slowestMigrations(limit: 3)
      try session.console.result(
        RunReports.list(runs, slowest: slowest),
        json: RunReports.ListJSON(
          runs: (runs ?? []).map(RunReports.RunJSON.init),
          slowestMigrations: slowest.map {
            .init(migration: $0.label, durationMs: $0.milliseconds)
          }))
      return .good
    }
  }

  /// `dbtool runs show`.
  struct Show: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show everything that is remembered of one run.",
      discussion: """
        ID is the run's id, or as much of its beginning as tells it from the others.

        Example: dbtool runs show 4f2a
        """)
    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Argument(help: "The run's id, or the beginning of it.")
    var id: String

    func run(in session: Session) throws -> ExitStatus {
      let found = try RunLedger(try session.connect()).runs(withIDPrefix: id) ?? []
      guard let run = found.first else {
        throw UsageError("there is no run \"\(id)\"", remedy: "dbtool runs lists them")
      }
      guard found.count == 1 else {
        throw UsageError("several runs begin with \"\(id)\"", remedy: "give more of the id")
      }
      try session.console.result(RunReports.details(run), json: RunReports.RunJSON(run))
      return .good
    }
  }
}
