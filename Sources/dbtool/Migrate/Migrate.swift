import ArgumentParser
import Migrations
import Postgres
import Reports

/// `dbtool migrate …`.
struct Migrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Apply migrations, take them back, and tell where the database stands.",
    discussion: """
      A migration is a file migrations/VERSION_name.up.sql of plain SQL, with an optional .down.sql \
      that takes it back and an optional .verify.sql of queries that must each give one true row. \
      VERSION is a UTC time of 14 digits or any integer. Each migration and its row in the ledger, \
      dbtool.migrations, are one transaction.
      """,
    subcommands: [
      Up.self, Down.self, Redo.self, Status.self, Verify.self, Repair.self, Baseline.self,
      Adopt.self, SquashCommand.self,
    ])

  /// `dbtool migrate up`.
  struct Up: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "up",
      abstract: "Apply pending migrations.",
      discussion: """
        Refuses to begin when an applied file was edited or is missing, or when a pending version is \
        older than the newest applied one. One runner works at a time; others wait for it.

        Examples:
          dbtool migrate up
          dbtool migrate up --to 20250110090000
          dbtool migrate up --dry-run
          dbtool migrate up --target all --parallel 8
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "The last version to apply.")
    var to: Int64?
    @Flag(
      help: ArgumentHelp(
        "Only say which locks the pending migrations would take, and what they rewrite or scan.",
        discussion: "They are run on a throwaway server that is brought to the same version first.")
    )
    var explainLocks = false
    @Flag(
      help: ArgumentHelp(
        "Only check that each down file takes back what its up file does.",
        discussion:
          "On a throwaway server each migration is applied, taken back and applied again, "
          + "and the schemas are compared; what a down file forgets is named.")
    )
    var checkDown = false
    @Flag(help: "Apply also what is older than the newest migration that is applied.")
    var outOfOrder = false
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var limits: MigrationLimits
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    func validate() throws {
      guard !fleet.target.isEmpty else { return }
      if global.url != nil || global.env != nil {
        throw ValidationError("--target names databases of its own: leave --url and --env out")
      }
      guard dryRun || explainLocks || checkDown else { return }
      throw ValidationError(
        "--dry-run, --explain-locks and --check-down are about one database: name it with --url")
    }

    var memory: RunMemory? {
      if !fleet.target.isEmpty || checkDown || explainLocks { return .metricsOnly("migrate up") }
      return dryRun ? .check("migrate up") : .change("migrate up")
    }

    func run(in session: Session) throws -> ExitStatus {
      let nothing = "up to date"
      if !fleet.target.isEmpty { return try apply(toFleetOf: session) }
      if checkDown { return try self.checkDown(session) }
      if explainLocks { return try explain(MigrationWork(session)) }
      let memory = MigrationMemory(session)
      let connection = try memory.isWorthAsking ? session.connect() : nil
      if to == nil, let connection, memory.isUpToDate(connection) {
        try session.console.result(
          MigrationReports.nothing(nothing), json: MigrationReports.RunJSON.nothing)
        return .good
      }
      let work = try MigrationWork(session, connection)
      let status = try work.apply(
        MigrationPlan.up(work.directory, work.ledger, to: to, outOfOrder: outOfOrder), limits,
        dryRun: dryRun,
        nothing: nothing)
      if to == nil, !dryRun { memory.note(work.directory, work.ledger) }
      return status
    }
  }

  /// `dbtool migrate down`.
  struct Down: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "down",
      abstract: "Take back applied migrations, the newest first.",
      discussion: """
        Down files usually drop tables with all their rows.

        Examples:
          dbtool migrate down
          dbtool migrate down --steps 3
          dbtool migrate down --to 20250110090000    keeps that version
          dbtool migrate down --to 0                 takes back everything
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "The version to go back to; it stays applied.")
    var to: Int64?
    @Option(help: "The number of migrations to take back.")
    var steps: Int?
    @OptionGroup var limits: MigrationLimits
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    func validate() throws {
      if to != nil, steps != nil { throw ValidationError("give --to or --steps, not both") }
      if let steps, steps < 1 { throw ValidationError("--steps must be at least 1") }
    }

    var memory: RunMemory? { dryRun ? .check("migrate down") : .change("migrate down") }

    func run(in session: Session) throws -> ExitStatus {
      let work = try MigrationWork(session)
      let plan =
        if let to {
          try MigrationPlan.down(work.directory, work.ledger, to: to)
        } else {
          try MigrationPlan.down(work.directory, work.ledger, steps: steps ?? 1)
        }
      return try work.apply(plan, limits, dryRun: dryRun, nothing: "nothing to take back")
    }
  }

  /// `dbtool migrate redo`.
  struct Redo: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "redo",
      abstract: "Take back the newest migration and apply it again.",
      discussion: """
        For a migration that is still being written. Its rows are lost.

        Examples:
          dbtool migrate redo --dry-run
          dbtool migrate redo
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @OptionGroup var limits: MigrationLimits
    @Flag(help: "Only say what would be done.")
    var dryRun = false

    var memory: RunMemory? { dryRun ? .check("migrate redo") : .change("migrate redo") }

    func run(in session: Session) throws -> ExitStatus {
      let work = try MigrationWork(session)
      return try work.apply(
        MigrationPlan.redo(work.directory, work.ledger), limits, dryRun: dryRun,
        nothing: "nothing to redo")
    }
  }

  /// `dbtool migrate status`.
  struct Status: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "status",
      abstract: "Show which migrations are applied and which are not.",
      discussion: """
        With --check the exit code is 1 unless everything is applied and unchanged.

        Examples:
          dbtool migrate status --check
          dbtool migrate status --target all    one line for each database of the fleet
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @OptionGroup var fleet: FleetOptions
    @Flag(help: "Exit with 1 unless everything is applied and unchanged.")
    var check = false

    func validate() throws {
      if !fleet.target.isEmpty, global.url != nil || global.env != nil {
        throw ValidationError("--target names databases of its own: leave --url and --env out")
      }
    }

    var memory: RunMemory? {
      fleet.target.isEmpty ? .check("migrate status") : .metricsOnly("migrate status")
    }

    func run(in session: Session) throws -> ExitStatus {
      if !fleet.target.isEmpty { return try show(fleetOf: session) }
      let work = try MigrationWork(session)
      let status = MigrationStatus(
        work.directory, try work.ledger.withProgress(on: work.connection))
      try session.console.result(
        MigrationReports.status(status), json: MigrationReports.StatusJSON(status))
      return check && !status.isUpToDate ? .found : .good
    }
  }

  /// `dbtool migrate verify`.
  struct Verify: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Run the .verify.sql files of the applied migrations.",
      discussion: """
        Each query must give one row with one true value. They run in read-only transactions. \
        The exit code is 1 when one does not.

        Example: dbtool migrate verify
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions

    var memory: RunMemory? { .check("migrate verify") }

    func run(in session: Session) throws -> ExitStatus {
      let work = try MigrationWork(session)
      let verification = try MigrationVerification.run(work.directory, on: work.connection)
      try session.console.result(
        MigrationReports.verification(verification),
        json: MigrationReports.VerificationJSON(verification))
      return verification.isGood ? .good : .found
    }
  }
}

/// The files, the ledger and the connection that the migrate commands work with.
struct MigrationWork {
  let session: Session
  let directory: MigrationDirectory
  let connection: any Connection
  let ledger: MigrationLedger

  init(_ session: Session, _ connection: (any Connection)? = nil) throws {
    self.session = session
    // Files first: a mistake in them needs no database to be told.
    directory = try session.migrations()
    self.connection = try connection ?? session.connect()
    ledger = try MigrationLedger.read(on: self.connection)
      .withTexts(of: directory, on: self.connection)
  }

  func apply(
    _ plan: MigrationPlan, _ limits: MigrationLimits, dryRun: Bool, nothing: String
  ) throws -> ExitStatus {
    let console = session.console
    if dryRun || plan.isEmpty {
      try console.result(
        MigrationReports.plan(plan, nothing: nothing), json: MigrationReports.RunJSON(plan: plan))
      return .good
    }
    let options = try limits.options(session)
    var begun = 0
    defer { console.clearStatus() }
    let report = try MigrationRunner.apply(plan, on: connection, options: options) { event in
      switch event {
      case .waiting(let holder):
        console.progress(
          "waiting for " + (holder.map { MigrationReports.describe($0) } ?? "another run"))
        console.status("waiting for another run")
      case .started(let step):
        begun += 1
        console.detail("\(step.direction.rawValue) \(step.migration.label) …")
        console.status(
          "\(step.direction.rawValue)  \(step.migration.label)  (\(begun) of \(plan.steps.count))")
      case .finished(let step):
        console.progress(MigrationReports.describe(step))
      case .resuming(let step, let done):
        console.progress(
          "\(step.migration.label): going on where an earlier run stopped (done: \(done))")
      case .clearedIndex(let step, let name):
        console.progress(
          "\(step.migration.label): dropped the INVALID index \(name), which a failed run left")
      case .keptIndex(let step, let name):
        console.warning(
          "\(step.migration.label): a failed run left the INVALID index \(name), which costs writes and"
            + " which only a superuser may drop: DROP INDEX CONCURRENTLY \(name)")
      case .blocked(let step, let wait):
        console.progress("\(step.migration.label) waits for \(wait)")
      case .retrying(let step, let error, let pause):
        console.progress(MigrationReports.describe(retryOf: step, after: error, pause: pause))
      case .lockWasLost:
        console.warning(
          "the lock that keeps other runs out was lost meanwhile; run dbtool migrate status")
      }
    }
    console.clearStatus()
    session.run.count("migrations", report.finished.count)
    for notice in connection.takeNotices() { console.detail(notice) }
    try console.result(
      MigrationReports.run(report, nothing: nothing), json: MigrationReports.RunJSON(report))
    return .good
  }
}

extension Session {
  /// The folder of migrations, with the values of variables.
  func migrations() throws -> MigrationDirectory {
    var directory = try MigrationDirectory.load(
      configuration.place(configuration.migrations), layout: configuration.layout)
    if let variables = configuration.migrating.variables {
      // The environment goes before the file, so that each deployment may have its own.
      directory.template = Template(
        values: variables.merging(Environment.current) { $1 },
        inBodies: configuration.migrating.replacesInBodies)
    }
    return directory
  }
}
