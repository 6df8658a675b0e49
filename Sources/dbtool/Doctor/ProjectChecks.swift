import Migrations
import Policies
import Postgres
import Wording

/// Holds the project's files against the database.
struct ProjectChecks {
  let session: Session
  let connection: any Connection

  func run() throws -> [Diagnosis] {
    try migrations() + policies()
  }

  private func migrations() throws -> [Diagnosis] {
    let configuration = session.configuration
    guard Files.exists(configuration.place(configuration.migrations)) else {
      return [
        Diagnosis(
          "migrations", .doubtful, "there is no folder \(configuration.migrations)",
          remedy: "dbtool new NAME makes the first migration")
      ]
    }
    do {
      let status = MigrationStatus(
        try session.migrations(), try MigrationLedger.read(on: connection))
      let problems = status.problems
      if let first = problems.first {
        return [Diagnosis("migrations", .bad, first.summary, remedy: "dbtool migrate status")]
      }
      let pending = status.entries.count { $0.state == .pending }
      return [
        pending == 0
          ? Diagnosis("migrations", .good, "all migrations are applied")
          : Diagnosis(
            "migrations", .doubtful, "\(Plural.count(pending, "migration")) to apply",
            remedy: "dbtool migrate up")
      ]
    } catch let error as MigrationError {
      return [Diagnosis("migrations", .bad, error.summary, remedy: error.remedy)]
    }
  }

  private func policies() throws -> [Diagnosis] {
    let configuration = session.configuration
    guard Files.exists(configuration.place(configuration.policies)) else {
      return [
        Diagnosis(
          "policies", .doubtful, "there is no folder \(configuration.policies)",
          remedy: "dbtool policies init writes a manifest from the database")
      ]
    }
    do throws(PolicyError) {
      let directory = try PolicyDirectory.load(
        configuration.place(configuration.policies),
        defaults: configuration.tenancy.manifestDefaults)
      let plan = try PoliciesCommand.runner(session).plan(directory, on: connection)
      let changes = plan.difference?.objects.count ?? 0
      let undecided = plan.difference?.undecided.count ?? 0
      var diagnoses: [Diagnosis] = []
      if undecided > 0 {
        diagnoses.append(
          Diagnosis(
            "undecided", .bad, "nobody has decided on \(Plural.count(undecided, "table"))",
            remedy: "dbtool policies plan lists them"))
      }
      if changes > 0 || !plan.filesToApply.isEmpty {
        diagnoses.append(
          Diagnosis(
            "policies", .bad, "the database's policies are not as the files say",
            remedy: "dbtool policies plan shows it, dbtool policies apply mends it"))
      }
      return diagnoses.isEmpty
        ? [Diagnosis("policies", .good, "policies are as the files say")] : diagnoses
    } catch {
      return [Diagnosis("policies", .bad, error.message, remedy: error.remedy)]
    }
  }
}
