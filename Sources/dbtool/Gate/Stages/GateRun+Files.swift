import Lint
import Migrations
import Reports
import Wording

extension GateRun {
  /// Judges the files, or only those that are new.
  mutating func lint() throws -> StageResult {
    let configuration = session.configuration
    var sources = try LintedFiles(session, paths: []).sources
    definitions = Definitions(
      sources, policyFolder: configuration.place(configuration.policies))
    if let changes {
      for index in sources.indices {
        sources[index].isJudged = changes.contains(sources[index].file)
      }
    }
    let lint = Linter.lint(sources, try configuration.lintOptions)
    let findings = LintFindings(lint: lint)
    return StageResult(findings.summary, findings: findings.findings)
  }

  /// Applies all migrations, or on a copy what it has not applied yet.
  mutating func up() throws -> StageResult {
    let directory = try session.migrations()
    let changes = changes
    report.migrations = directory.migrations.map {
      .init(
        version: $0.version, name: $0.name, file: $0.upFile,
        isNew: changes?.contains($0.upFile) ?? false)
    }
    let connection = try session.sharedConnection()
    do {
      let ledger = try MigrationLedger.read(on: connection)
      let plan = try MigrationPlan.up(directory, ledger)
      let options = MigrationOptions(
        toolVersion: Version.current, runID: session.run.id,
        cancellation: Interrupts.cancellation)
      let console = session.console
      let done = try MigrationRunner.apply(plan, on: connection, options: options) { event in
        if case .started(let step) = event { console.status("up: \(step.migration.label)") }
      }
      for step in done.finished {
        guard
          let index = report.migrations.firstIndex(where: {
            $0.version == step.step.migration.version
          })
        else { continue }
        report.migrations[index].durationMs = step.durationMilliseconds
      }
      session.run.count("migrations", done.finished.count)
      let verification = try MigrationVerification.run(directory, on: connection)
      guard verification.isGood else {
        return StageResult(
          "a .verify.sql file says no", findings: GateFindings.unverified(verification))
      }
      return StageResult("\(Plural.count(done.finished.count, "migration")) applied")
    } catch {
      guard
        var found = StageResult.found(
          error, GateRules.migrationFails, stage: .up, rights)
      else { throw error }
      found.isObstacle = true
      return found
    }
  }
}
