import Instrumentation
import Isolation
import Lint
import Migrations

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
  }

  /// A database by its name.
  struct Environment: Equatable {
    var url: String?
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
  /// The databases that `--target` names, in the order of the file.
  var targets: [Target] = []
  var environments: [String: Environment] = [:]

  init(folder: String) { self.folder = folder }

  /// The role that seeds run as.
  var seedRole: String? { seeding.role ?? tenancy.roles.first }

  /// `path` as a place on disk; paths are shown as short as the user wrote them.
  func place(_ path: String) -> String {
    folder == Files.currentDirectory ? path : Files.resolve(path, from: folder)
  }
}
