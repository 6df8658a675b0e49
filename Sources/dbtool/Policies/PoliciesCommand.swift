import ArgumentParser
import Policies
import Postgres
import Reports
import Wording

/// `dbtool policies …`.
struct PoliciesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policies",
    abstract: "Keep row-level security as code: a manifest, SQL files, or both.",
    discussion: """
      policies/*.yaml, the manifest, says in a few words how each table is isolated; dbtool makes the \
      policies, ENABLE and FORCE ROW LEVEL SECURITY, privileges, view options and search_paths from \
      it, and compares them with the database by what they mean.

      policies/*.sql can be applied any number of times: DROP POLICY IF EXISTS, CREATE POLICY, GRANT. \
      As soon as one file is new or changed, or what it made was changed by hand, all are applied \
      again, in the order of their names.

      Start with: dbtool policies init
      """,
    subcommands: [Init.self, Plan.self, Apply.self, Check.self, Schema.self])

  /// `dbtool policies plan`.
  struct Plan: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan", abstract: "Show what apply would do, and what it would let through.",
      discussion: """
        Each table is marked: tightens, loosens, equal, or can't tell. Nothing is changed or locked.

        Examples:
          dbtool policies plan
          dbtool policies plan --sql > policies.sql
          dbtool policies plan --format json
        """)
    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Flag(help: "Print only the SQL of the manifest's changes.")
    var sql = false

    var memory: RunMemory? { .check("policies plan") }

    func run(in session: Session) throws -> ExitStatus {
      let (plan, _) = try PoliciesCommand.plan(session)
      let json = PolicyPlanJSON(plan)
      if sql {
        try session.console.result(PolicyReports.script(plan), json: json)
      } else {
        try session.console.result(PolicyReports.plan(plan, asks: !session.isLocal), json: json)
      }
      return .good
    }
  }

  /// `dbtool policies check`.
  struct Check: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Exit with 1 on any difference between files and database, naming each.",
      discussion: """
        Compares as plan does, and changes nothing. For CI and for a job that looks at production every day.

        Exit codes: 0 the database is as the files say, 1 something differs.

        Examples:
          dbtool policies check
          dbtool policies check --env prod --format json
        """)
    @OptionGroup(title: "Options of every command") var global: GlobalOptions

    var memory: RunMemory? { .check("policies check") }

    func run(in session: Session) throws -> ExitStatus {
      let (plan, _) = try PoliciesCommand.plan(session)
      try session.console.result(
        PolicyReports.plan(plan, asks: !session.isLocal), json: PolicyPlanJSON(plan))
      return plan.isEmpty ? .good : .found
    }
  }

  /// `dbtool policies schema`.
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema",
      abstract: "Print the JSON Schema of manifests, by which editors complete them.",
      discussion: """
        init writes it beside the manifest, whose first lines name it for editors that know \
        yaml-language-server.

        Example: dbtool policies schema > policies-schema.json
        """)

    func run() throws {
      Output.standard.write(ManifestSchema.text + "\n")
    }
  }

  static func runner(_ session: Session, lockTimeout: LockTimeout? = nil) -> PolicyRunner {
    var runner = PolicyRunner(
      lockTimeout: lockTimeout?.duration ?? .seconds(5), toolVersion: Version.current,
      runID: session.run.id)
    runner.cancellation = Interrupts.cancellation
    return runner
  }

  static func directory(_ session: Session) throws -> PolicyDirectory {
    let configuration = session.configuration
    return try PolicyDirectory.load(
      configuration.place(configuration.policies),
      defaults: configuration.tenancy.manifestDefaults)
  }

  static func plan(_ session: Session) throws -> (PolicyPlan, any Connection) {
    let directory = try directory(session)
    let connection = try session.connect()
    return (try runner(session).plan(directory, on: connection), connection)
  }
}

extension Configuration.Tenancy {
  /// What holds where a manifest says nothing.
  var manifestDefaults: ManifestDefaults {
    ManifestDefaults(
      tenantColumn: column, tenantSetting: setting, tenantType: type, roles: roles)
  }
}
