import Migrations
import Postgres

extension Migrate.Up {
  /// Applies what is pending to several databases, and shows one table of what became of each.
  func apply(toFleetOf session: Session) throws -> ExitStatus {
    let console = session.console
    let configuration = session.configuration
    let targets = try fleet.targets(configuration)
    let directory = try session.migrations()
    let environment = Environment.current
    // A missing variable is told before the first database is touched.
    for target in targets { _ = try target.conninfo(environment: environment) }
    let (to, outOfOrder, limits) = (to, outOfOrder, limits)
    let run = Fleet(targets: targets, parallel: fleet.parallel, keepsGoing: fleet.keepGoing)
    let outcomes = run.run(
      isStopped: { Interrupts.cancellation.isRequested },
      progress: { target, outcome in console.progress(FleetReports.line(target, outcome)) },
      { target in
        let conninfo = try target.conninfo(environment: environment)
        let connection = try LibPQConnection(
          conninfo: conninfo, cancellation: Interrupts.cancellation)
        defer { connection.close() }
        let ledger = try MigrationLedger.read(on: connection)
          .withTexts(of: directory, on: connection)
        let plan = try MigrationPlan.up(directory, ledger, to: to, outOfOrder: outOfOrder)
        guard !plan.isEmpty else { return 0 }
        let options = limits.options(configuration) {
          try LibPQConnection(conninfo: conninfo, connectTimeout: 2)
        }
        let report = try MigrationRunner.apply(plan, on: connection, options: options)
        return report.finished.count
      })
    try console.result(
      FleetReports.report(targets, outcomes), json: FleetReports.JSON(targets, outcomes))
    if Interrupts.cancellation.isRequested { return .interrupted }
    let failures = outcomes.compactMap { outcome in
      if case .failed(let failure) = outcome { failure.status } else { nil }
    }
    // The worst that happened: a database that failed is no mistake in usage.
    return failures.contains(.database) ? .database : failures.first ?? .good
  }
}
