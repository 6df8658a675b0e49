import Migrations
import Postgres
import Reports
import Wording

extension Migrate.Up {
  /// Traces the locks of what is pending, on a throwaway server.
  func explain(_ work: MigrationWork) throws -> ExitStatus {
    let console = work.session.console
    let plan = try MigrationPlan.up(work.directory, work.ledger, to: to, outOfOrder: outOfOrder)
    guard !plan.isEmpty else {
      try console.result(
        MigrationReports.nothing("up to date"), json: LockTraceJSON(LockTrace(), sizes: [:]))
      return .good
    }
    console.progress("starting a throwaway PostgreSQL server")
    defer { console.clearStatus() }
    let scratch = try ScratchServer(console)
    defer { scratch.close() }
    let copy = scratch.connection
    let options = MigrationOptions(
      toolVersion: Version.current, cancellation: Interrupts.cancellation)
    var applied = work.directory
    let versions = Set(work.ledger.entries.map(\.version))
    applied.migrations.removeAll { !versions.contains($0.version) }
    if !applied.migrations.isEmpty {
      console.progress(
        "applying \(Plural.count(applied.migrations.count, "migration")) that the database has")
      console.status("applying \(Plural.count(applied.migrations.count, "migration"))")
      try MigrationRunner.apply(.up(applied, MigrationLedger()), on: copy, options: options)
    }
    console.status("tracing the locks of \(Plural.count(plan.steps.count, "migration"))")
    let trace = try LockTrace.run(plan, onCopy: copy, options: options)
    let sizes = try TableSize.read(
      Set(trace.entries.flatMap(\.effects).map(\.table)), work.connection)
    try console.result(
      LockTraceReport.report(trace, sizes: sizes), json: LockTraceJSON(trace, sizes: sizes))
    return .good
  }
}
