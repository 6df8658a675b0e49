import ArgumentParser

/// The `dbtool` command.
///
/// Each command says its name: finding it from the type's own name costs an eighth of the start.
@main
struct DBTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dbtool",
    abstract: "Migrations, policies, seeds, and proof that tenants cannot reach each other.",
    discussion: """
      dbtool changes the schema of a multi-tenant PostgreSQL database safely, keeps row-level \
      security policies as code, fills development tenants with data, and proves by real queries \
      as the application's role that one tenant cannot reach another one's rows.

      A database is named by --url, by DATABASE_URL or by dbtool.yaml:
        postgres://user@host/database    any PostgreSQL server; a libpq connection string works too
        ephemeral:                       a throwaway local server, removed when the command ends
        ephemeral:NAME                   one that is kept under .dbtool/ between runs
        data-api://?cluster=ARN&secret=ARN&database=NAME    Aurora behind the RDS Data API
      A postgres:// URL takes its password from Secrets Manager with secret=ARN, or from IAM with iam=true.

      Begin in an empty folder, without a server of your own:
        dbtool init --yes
        dbtool migrate up
        dbtool policies apply
        dbtool seed
        dbtool verify-rls

      Exit codes: 0 done and good, 1 a check found something, 2 usage or configuration, \
      3 the database or network failed, 4 not concluded, 130 interrupted.
      """,
    version: Version.current,
    subcommands: [
      Init.self, New.self, Migrate.self, LintCommand.self, SchemaCommand.self, PoliciesCommand.self,
      SeedCommand.self,
      VerifyRLS.self, GateCommand.self, ReportCommand.self, RunsCommand.self, MetricsCommand.self,
      CostCommand.self,
      Doctor.self, ConfigCommand.self,
      Dev.self, DataAPICommand.self,
    ])

  static func main() {
    Launcher(arguments: Array(CommandLine.arguments.dropFirst())).launch()
  }
}

/// The version of this build.
enum Version {
  /// As `--version` prints it and the ledger keeps it.
  static let current = "0.1.0"
}
