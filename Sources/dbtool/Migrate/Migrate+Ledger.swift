import ArgumentParser
import Migrations
import Reports
import Wording

extension Migrate {
  /// `dbtool migrate repair`.
  struct Repair: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "repair",
      abstract: "Take edited files as they are for what was applied.",
      discussion: """
        Changes only what the ledger says, no table. The lines that differ are shown, and a person is \
        asked unless --yes is given. --forget takes an applied version whose files are gone for not \
        applied.

        Examples:
          dbtool migrate repair --dry-run
          dbtool migrate repair --yes
          dbtool migrate repair --forget 20250110090000
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "A version that is applied and has no file any more; may be repeated.")
    var forget: [Int64] = []
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    var memory: RunMemory? { dryRun ? .check("migrate repair") : .change("migrate repair") }

    func run(in session: Session) throws -> ExitStatus {
      let work = try MigrationWork(session)
      let status = MigrationStatus(work.directory, work.ledger)
      let change = try LedgerChange.repair(status, work.ledger, forgetting: forget)
      for problem in status.problems where problem.code == .editedFile {
        guard let place = problem.place, let difference = problem.difference else { continue }
        session.console.progress(place)
        for line in "\(difference)".split(separator: "\n") {
          session.console.progress("  \(line)")
        }
      }
      return try work.change(
        change, dryRun: dryRun, yes: yes, question: "Take this for what was applied?",
        nothing: "nothing to repair")
    }
  }

  /// `dbtool migrate baseline`.
  struct Baseline: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "baseline",
      abstract: "Record migrations as applied to a database that has them already.",
      discussion: """
        For a database whose schema was made without dbtool: everything up to and with VERSION is \
        recorded, nothing is run. The ledger must be empty.

        Example: dbtool migrate baseline 20250110090000
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Argument(help: "The newest version that the database has.")
    var version: Int64
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    var memory: RunMemory? { dryRun ? .check("migrate baseline") : .change("migrate baseline") }

    func run(in session: Session) throws -> ExitStatus {
      let work = try MigrationWork(session)
      let change = try LedgerChange.baseline(version, work.directory, work.ledger)
      return try work.change(
        change, dryRun: dryRun, yes: yes, question: "Record these as applied, and run none?",
        nothing: "nothing to record")
    }
  }

  /// `dbtool migrate adopt`.
  struct Adopt: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "adopt",
      abstract: "Take over a database that another tool has migrated so far.",
      discussion: """
        Finds the other tool's ledger, maps each of its rows to a file by version or else by name, \
        and records those as applied. Nothing is run, and the other ledger is left as it is. \
        Afterwards dbtool schema diff proves that the files build what the database is.

        Known: dbmate, golang-migrate, goose, flyway, liquibase, sqitch, prisma, drizzle, alembic, \
        payload, supabase, graphile-migrate, yoyo, node-pg-migrate, pgmigrate.

        Examples:
          dbtool migrate adopt --dry-run
          dbtool migrate adopt --from goose --yes
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "The tool, when the database has the ledgers of several.")
    var from: ForeignTool?
    @Flag(help: "Leave out what has no file any more.")
    var skipMissing = false
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    var memory: RunMemory? { dryRun ? .check("migrate adopt") : .change("migrate adopt") }

    func run(in session: Session) throws -> ExitStatus {
      let work = try MigrationWork(session)
      let known = try ForeignLedger.find(on: work.connection)
      let found = known.filter { from == nil || $0.tool == from }
      guard let foreign = found.first else {
        throw UsageError(
          from.map { "the database has no ledger of \($0.rawValue)" }
            ?? "the database has no ledger of a tool that dbtool knows",
          remedy: "looked for: "
            + ForeignTool.allCases.map { "\($0.rawValue) (\($0.table))" }.joined(separator: ", ")
            + "; dbtool migrate baseline VERSION takes what you say")
      }
      guard found.count == 1 else {
        throw UsageError(
          "the database has the ledgers of \(found.map(\.tool.rawValue).joined(separator: " and "))",
          remedy: "say which one counts: --from \(foreign.tool.rawValue)")
      }
      session.console.progress(
        "\(foreign.tool.rawValue): \(Plural.count(foreign.entries.count, "row")) in "
          + foreign.tool.table)
      let change = try LedgerChange.adoption(
        of: foreign, work.directory, work.ledger, skipsMissing: skipMissing)
      return try work.change(
        change, dryRun: dryRun, yes: yes, question: "Record these as applied, and run none?",
        nothing: "nothing to record")
    }
  }
}

extension ForeignTool: ExpressibleByArgument {}

extension MigrationWork {
  /// Writes a change of the ledger, after a person agreed to it.
  fileprivate func change(
    _ change: LedgerChange, dryRun: Bool, yes: Bool, question: String, nothing: String
  ) throws -> ExitStatus {
    let console = session.console
    var report = Report()
    guard !change.isEmpty else {
      report.line(nothing, .good)
      try console.result(report, json: LedgerChangeJSON(change, isDone: false))
      return .good
    }
    if dryRun {
      for line in "\(change)".split(separator: "\n") { report.line(String(line)) }
      try console.result(report, json: LedgerChangeJSON(change, isDone: false))
      return .good
    }
    if !yes {
      for line in "\(change)".split(separator: "\n") { console.progress(String(line)) }
      guard try console.isAgreed(question) else {
        report.line("nothing was changed")
        try console.result(report, json: LedgerChangeJSON(change, isDone: false))
        return .good
      }
    }
    try change.apply(
      on: connection,
      options: MigrationOptions(
        toolVersion: Version.current, cancellation: Interrupts.cancellation))
    for line in "\(change)".split(separator: "\n") { report.line(String(line)) }
    report.line("the ledger was changed", .good)
    try console.result(report, json: LedgerChangeJSON(change, isDone: true))
    return .good
  }
}

/// What `migrate repair` and `baseline` give to programs.
private struct LedgerChangeJSON: Encodable {
  var changed: Bool
  var recorded: [String]
  var accepted: [String]
  var forgotten: [String]

  init(_ change: LedgerChange, isDone: Bool) {
    changed = isDone
    recorded = change.recorded.map(\.label)
    accepted = change.realigned.map(\.label)
    forgotten = change.forgotten.map(\.label)
  }
}
