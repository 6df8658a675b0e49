import DatabaseInstrumentation
import Databases
import Migrations
import Postgres

extension Migrate.Up {
  /// Applies what is pending to several databases, and shows one table of what became of each.
  func apply(toFleetOf session: Session) throws -> ExitStatus {
    let console = session.console
    let configuration = session.configuration
    let directory = try session.migrations()
    let environment = Environment.current
    let targets = try fleet.targets(configuration, environment: environment)
    let (to, outOfOrder, limits) = (to, outOfOrder, limits)
    let run = Fleet(targets: targets, parallel: fleet.parallel, keepsGoing: fleet.keepGoing)
    let (note, instrument) = (session.runNote, session.instrument())
    let outcomes = run.run(
      isStopped: { Interrupts.cancellation.isRequested },
      progress: { target, outcome in console.progress(FleetReports.line(target, outcome)) },
      { target in
        let connection = instrument(try target.connect(environment: environment))
        defer { connection.close() }
        // Several targets may be schemas of one database: each has a run of its own there.
        let note = note.ofOtherRun
        let applied = Result {
          let ledger = try MigrationLedger.read(on: connection, target.place)
            .withTexts(of: directory, on: connection)
          let plan = try MigrationPlan.up(directory, ledger, to: to, outOfOrder: outOfOrder)
          guard !plan.isEmpty else { return 0 }
          let access = try target.access(environment: environment)
          var options = limits.options(configuration) {
            try access.connect(connectTimeout: 2)
          }
          options.runID = note.run.id
          options.place = ledger.place
          let report = try MigrationRunner.apply(plan, on: connection, options: options)
          return report.finished.count
        }
        note.write(
          // A tenant's schema has its ledger for itself: nothing is made beside it.
          target.place.schema == nil ? .change("migrate up") : .check("migrate up"),
          RunEnd(applied.map { _ in .good }), on: connection,
          target: target.name, counts: applied.migrations)
        return try applied.get()
      })
    try console.result(
      FleetReports.report(targets, outcomes), json: FleetReports.JSON(targets, outcomes))
    return Fleet.failure(in: outcomes) ?? .good
  }
}

extension Migrate.Status {
  /// Shows of each target how many migrations stand how.
  func show(fleetOf session: Session) throws -> ExitStatus {
    let directory = try session.migrations()
    let environment = Environment.current
    let targets = try fleet.targets(session.configuration, environment: environment)
    let states = FleetStates(count: targets.count)
    let run = Fleet(targets: targets, parallel: fleet.parallel, keepsGoing: true)
    let outcomes = run.run(
      isStopped: { Interrupts.cancellation.isRequested }, progress: { _, _ in },
      { target in
        let connection = try target.connect(environment: environment)
        defer { connection.close() }
        let ledger = try MigrationLedger.read(on: connection, target.place)
          .withTexts(of: directory, on: connection).withProgress(on: connection)
        states.set(MigrationStatus(directory, ledger), of: target.name)
        return 0
      })
    let report = FleetStatusReport(targets, outcomes, states)
    try session.console.result(report.report, json: report.json)
    if let failure = Fleet.failure(in: outcomes) { return failure }
    return check && !report.json.good ? .found : .good
  }
}

extension Result<Int, any Error> {
  /// The migrations that were applied, as a run counts them.
  fileprivate var migrations: [String: Int] {
    (try? get()).flatMap { $0 > 0 ? ["migrations": $0] : nil } ?? [:]
  }
}

extension Fleet {
  /// How a run ended that was interrupted, or in which a target failed; nil for a good one.
  fileprivate static func failure(in outcomes: [Outcome]) -> ExitStatus? {
    if Interrupts.cancellation.isRequested { return .interrupted }
    let failures = outcomes.compactMap { outcome in
      if case .failed(let failure) = outcome { failure.status } else { nil }
    }
    // The worst that happened: a database that failed is no mistake in usage.
    return failures.contains(.database) ? .database : failures.first
  }
}
