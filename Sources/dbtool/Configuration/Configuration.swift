import Costs
import DatabaseInstrumentation
import Isolation
import Lint
import LocalPostgres
import Migrations
import OperationMetrics
import Stacks

/// What `dbtool.yaml` says, with defaults for what it leaves out.
struct Configuration {
  /// How tenants are told apart.
  struct Tenancy: Equatable {
    var column = "tenant_id"
    var setting = "app.current_tenant_id"
    var userSetting = "app.current_user_id"
    var type: String?
    var roles: [String] = []
    var exempt: [String: String] = [:]
    var values: [String: [String]] = [:]
    /// Further settings of a tenant's context, in whose values `{tenant}` and `{user}` stand for ids.
    var context: [String: String] = [:]
    /// True when the file says which column or setting it is.
    var isTenantConfigured = false

    var contextSettings: ContextSettings { ContextSettings(tenant: setting, user: userSetting) }
  }

  /// How long migrations wait.
  struct Migrating: Equatable {
    var lockTimeout: TimeLimit?
    var statementTimeout: TimeLimit?
    var lockRetries: Int?
    /// Values for `${NAME}` in migrations; nil when they have no variables.
    var variables: [String: String]?
    /// Variables are replaced inside dollar-quoted bodies too.
    var replacesInBodies = false
  }

  /// How migrations are judged.
  struct Linting: Equatable {
    /// Migrations before this version are not judged.
    var firstVersion: Int64?
    /// Severities that differ from the rules' own.
    var levels: [String: LintSeverity] = [:]
    /// Rules that are turned off.
    var disabled: Set<String> = []
  }

  /// Which tenants are seeded, and as whom.
  struct Seeding: Equatable {
    var tenants: [String] = []
    var role: String?
    /// The folders of seeds that run besides the common ones.
    var profiles: [String] = []
  }

  /// Where metrics go, and which there are.
  struct Metrics: Equatable {
    var kind = MetricsKind.none
    var namespace = CloudWatchExporter.defaultNamespace
    var layout = MetricLayout()
    var region: String?
    var endpoint: String?
    var file: String?
    /// A file of prices for `dbtool metrics cost`.
    var prices: String?
  }

  /// What is remembered of runs.
  struct Running: Equatable {
    var isRecorded = true
    /// As an interval in PostgreSQL's notation; nil keeps runs for ever.
    var keep: String? = "180 days"
  }

  /// What an environment is used for and made of, as far as it is paid for.
  struct Cost: Equatable {
    var usage: [UsageItem: Spread] = [:]
    /// What was built, where no stack says it.
    var shape: GivenShape?
    /// What was built in the second region.
    var secondShape: GivenShape?
    /// The stack that says what was built in the second region.
    var secondStack: StackReference?
  }

  /// A database by its name.
  struct Environment: Equatable {
    /// Where it is; nil where that is asked of a stack.
    var url: String?
    /// A cluster of Aurora that is named by its parts.
    var cluster: StackDatabase?
    /// The CloudFormation stack that is asked where it is.
    var stack: StackReference?
    /// True when nothing in it may be destroyed without saying so explicitly.
    var isProtected = false
    var cost = Cost()
  }

  /// A stack, and where it is.
  struct StackReference: Equatable {
    var name: String
    /// Nil for the region of the AWS configuration.
    var region: String?
  }

  /// The folder that relative paths start from: the configuration file's, else the current one.
  var folder: String
  var url: String?
  var migrations = "migrations"
  /// How the files of migrations are named and divided.
  var layout = MigrationLayout.dbtool
  var policies = "policies"
  var seeds = "seeds"
  var tenancy = Tenancy()
  /// Findings of `verify-rls` that are accepted.
  var suppressions: [Suppression] = []
  var migrating = Migrating()
  var linting = Linting()
  var seeding = Seeding()
  /// What the gate has made on its servers before it runs anything of the project.
  var gateExtensions: [ServerExtension] = []
  var metrics = Metrics()
  var running = Running()
  /// A file of prices for `dbtool cost`.
  var costPrices: String?
  /// The databases that `--target` names, in the order of the file.
  var targets: [Target] = []
  var environments: [String: Environment] = [:]

  init(folder: String) { self.folder = folder }

  /// What the project is called: the name of its folder.
  var name: String {
    Files.canonical(folder).split(separator: "/").last.map(String.init) ?? "project"
  }

  /// The role that seeds run as.
  var seedRole: String? { seeding.role ?? tenancy.roles.first }

  /// The file of prices that an option names, or else the first that the configuration does.
  func priceFile(_ option: String?, _ configured: String?...) -> String? {
    option ?? configured.lazy.compactMap(\.self).first.map(place)
  }

  /// `path` as a place on disk; paths are shown as short as the user wrote them.
  func place(_ path: String) -> String {
    folder == Files.currentDirectory ? path : Files.resolve(path, from: folder)
  }
}
