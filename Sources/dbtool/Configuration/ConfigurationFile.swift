import LocalPostgres
import Migrations
import YAML

typealias Section = YAMLSection

/// Reads `dbtool.yaml`.
enum ConfigurationFile {
  static let name = "dbtool.yaml"

  /// The configuration of `path`, or of `dbtool.yaml` in the current folder, or the defaults.
  static func load(_ path: String?) throws -> Configuration {
    let folder = Files.currentDirectory
    guard !folder.isEmpty else {
      throw UsageError("the current folder is gone", remedy: "change to a folder that exists")
    }
    guard let file = path ?? (Files.isNamed(name) ? name : nil) else {
      return Configuration(folder: folder)
    }
    let text = try Files.read(file)
    let root: YAMLNode?
    do {
      root = try YAMLDocument.parse(text)
    } catch {
      let isColon = error.message.contains("mapping values")
      throw UsageError(
        "\(file):\(error.line): \(error.message)",
        remedy: isColon ? "put a value that holds a colon into quotes: url: \"ephemeral:\"" : nil)
    }
    var configuration = Configuration(
      folder: file.hasPrefix("/") || file.contains("/")
        ? Files.resolve(Files.folder(of: file), from: folder) : folder)
    guard let root, !root.isNull else { return configuration }
    var section = try Section(root, path: "", file: file)
    configuration.url = try section.text("url")
    configuration.migrations = try section.text("migrations") ?? configuration.migrations
    if let name = try section.text("layout") {
      guard let layout = MigrationLayout(rawValue: name) else {
        let known = MigrationLayout.allCases.map(\.rawValue).joined(separator: ", ")
        throw section.error("layout must be one of \(known)", at: "layout")
      }
      configuration.layout = layout
    }
    configuration.policies = try section.text("policies") ?? configuration.policies
    configuration.seeds = try section.text("seeds") ?? configuration.seeds
    if let tenancy = try section.section("tenancy") {
      configuration.tenancy = try self.tenancy(tenancy)
    }
    if let verify = try section.section("verify") {
      configuration.suppressions = try Suppressions.read(verify)
    }
    if let migrate = try section.section("migrate") {
      configuration.migrating = try migrating(migrate)
    }
    if let lint = try section.section("lint") {
      configuration.linting = try LintLevels.read(lint)
    }
    if var seed = try section.section("seed") {
      configuration.seeding.tenants = try seed.texts("tenants")
      configuration.seeding.role = try seed.text("role")
      configuration.seeding.profiles = try seed.texts("profile")
      try seed.finish()
    }
    if let gate = try section.section("gate") {
      configuration.gateExtensions = try gateExtensions(gate)
    }
    if let metrics = try section.section("metrics") {
      configuration.metrics = try MetricSettings.read(metrics)
    }
    if var cost = try section.section("cost") {
      configuration.costPrices = try cost.text("prices")
      try cost.finish()
    }
    if var runs = try section.section("runs") {
      configuration.running.isRecorded = try runs.flag("record") ?? true
      if let keep = try runs.text("keep") {
        let span = TimeSpan(argument: keep)
        guard span != nil || keep == "forever" else {
          throw runs.error("runs.keep must be a time such as 90d or 12w, or forever", at: "keep")
        }
        configuration.running.keep = span?.interval
      }
      try runs.finish()
    }
    if let targets = try section.section("targets") {
      configuration.targets = try targets.members.map { member in
        var target = try Section(member.value, path: "targets.\(member.key)", file: file)
        let url = try target.text("url")
        let variable = try target.text("url-from")
        let schemas = try target.texts("schemas")
        try target.finish()
        guard (url == nil) != (variable == nil), member.key != "all", !member.key.contains("/")
        else {
          throw target.error(
            member.key == "all"
              ? "no target may be called all: that means every one"
              : member.key.contains("/")
                ? "targets.\(member.key): a / stands before the name of a schema"
                : "targets.\(member.key) needs url, or url-from with the name of an environment "
                  + "variable", line: member.line)
        }
        return Target(name: member.key, url: url, variable: variable, schemas: schemas)
      }
    }
    if let environments = try section.section("environments") {
      for member in environments.members {
        let environment = try Section(
          member.value, path: "environments.\(member.key)", file: file)
        configuration.environments[member.key] = try EnvironmentSettings.read(environment)
      }
    }
    try section.finish()
    return configuration
  }

  private static func migrating(_ section: Section) throws -> Configuration.Migrating {
    var section = section
    var migrating = Configuration.Migrating()
    migrating.lockTimeout = try timeLimit("lock-timeout", &section)
    migrating.statementTimeout = try timeLimit("statement-timeout", &section)
    if let text = try section.text("lock-retries") {
      guard let retries = Int(text), (0...1_000).contains(retries) else {
        throw section.error(
          "migrate.lock-retries must be a number from 0 to 1000", at: "lock-retries")
      }
      migrating.lockRetries = retries
    }
    if var variables = try section.section("variables") {
      var values: [String: String] = [:]
      for member in variables.members { values[member.key] = try variables.text(member.key) ?? "" }
      migrating.variables = values
    }
    migrating.replacesInBodies = try section.flag("variables-in-bodies") ?? false
    try section.finish()
    return migrating
  }

  /// There is no key that gives superuser rights: the file comes with a stranger's change.
  private static func gateExtensions(_ section: Section) throws -> [ServerExtension] {
    var section = section
    let names = try section.texts("extensions")
    try section.finish()
    return try names.map { name in
      do {
        return try ServerExtension(name)
      } catch let error as LocalPostgresError {
        throw section.error(
          "gate.extensions: \(error.message)", at: "extensions", remedy: error.remedy)
      }
    }
  }

  private static func timeLimit(_ key: String, _ section: inout Section) throws -> TimeLimit? {
    guard let text = try section.text(key) else { return nil }
    do {
      return try TimeLimit(text)
    } catch {
      throw section.error("migrate.\(key): \(text) \(error.reason)", at: key)
    }
  }

  private static func tenancy(_ section: Section) throws -> Configuration.Tenancy {
    var section = section
    var tenancy = Configuration.Tenancy()
    let (column, setting) = (try section.text("column"), try section.text("setting"))
    tenancy.isTenantConfigured = column != nil || setting != nil
    tenancy.column = column ?? tenancy.column
    tenancy.setting = setting ?? tenancy.setting
    tenancy.userSetting = try section.text("user-setting") ?? tenancy.userSetting
    tenancy.type = try section.text("type")
    tenancy.roles = try section.texts("roles")
    if var values = try section.section("values") {
      for member in values.members {
        tenancy.values[member.key] = try values.texts(member.key)
      }
      try values.finish()
    }
    if var context = try section.section("context") {
      for member in context.members {
        tenancy.context[member.key] = try context.text(member.key) ?? ""
      }
      try context.finish()
    }
    if let exempt = try section.section("exempt") {
      for member in exempt.members {
        guard let reason = member.value.text, !reason.isEmpty else {
          throw section.error(
            "tenancy.exempt.\(member.key) must be the reason, as text", line: member.line)
        }
        tenancy.exempt[member.key] = reason
      }
    }
    try section.finish()
    return tenancy
  }
}
