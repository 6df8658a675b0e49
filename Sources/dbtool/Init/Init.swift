import ArgumentParser
import Reports

/// `dbtool init`.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a running project from nothing.",
    discussion: """
      Writes dbtool.yaml, a first migration (tenants, a table whose rows belong to them, the \
      application's role), a manifest of policies, seeds of two tenants, a line in .gitignore and, with \
      --ci, a file that runs the gate. On a terminal it asks; in a script say --yes and, by options, what \
      should differ from the defaults.

      Nothing that is there is changed: such files are listed, and what is missing beside them is \
      written. A dbtool.yaml that is there says what column, setting, type and role are.

      With the --url of a database that has tables it writes only what fits them, and says how they are \
      taken over.

      Examples:
        dbtool init
        dbtool init --directory shop --yes
        dbtool init --yes --tenant-column org_id --tenant-setting app.org --tenant-type bigint --ci github
        dbtool init --url postgres://localhost/shop
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Option(help: "The folder of the project (default: the current one).", completion: .directory)
  var directory: String?
  @Flag(help: "Do not ask: take the defaults for what no option says.")
  var yes = false
  @Option(help: "The column that holds the tenant's id (default: tenant_id).")
  var tenantColumn: String?
  @Option(
    help:
      "The setting that holds the tenant's id of a transaction (default: app.current_tenant_id).")
  var tenantSetting: String?
  @Option(help: "What ids of tenants are: uuid, bigint or text (default: uuid).")
  var tenantType: TenantIDType?
  @Option(help: "The role that the application connects as (default: app_user).")
  var role: String?
  @Option(help: "Write a file that runs the gate: github, gitlab or none (default: none).")
  var ci: ProjectPlan.CI?

  func validate() throws {
    if global.config != nil {
      throw ValidationError(
        "init writes dbtool.yaml: name its folder with --directory, not --config")
    }
    if global.env != nil {
      throw ValidationError("a new project has no environments yet: name the database with --url")
    }
  }

  func run() throws {
    Interrupts.install()
    let console = global.console
    if let output = global.output { try Files.checkWritable(output) }
    let folder = ProjectFolder(directory ?? ".")
    var plan = ProjectPlan()
    let known = try folder.configuration()
    if let known { try plan.take(known) }
    try take(&plan, isKnown: known != nil)
    if !yes {
      let questions = ProjectQuestions(console: console, isKnown: known != nil, given: given)
      try questions.ask(&plan)
    }
    let existing = try ExistingDatabase.look(at: plan.url, console)
    let made = try folder.write(try ProjectFiles(plan, isForExisting: existing != nil))
    let outcome = InitOutcome(
      folder: directory, plan: plan, existing: existing, files: made,
      isDatabaseNamed: known?.url != nil || !ProjectFiles.isSecret(plan.url))
    try console.result(outcome.report, json: outcome)
  }

  /// The questions that the command line has answered.
  private var given: Set<ProjectQuestions.Question> {
    var given: Set<ProjectQuestions.Question> = []
    if global.url != nil { given.insert(.url) }
    if tenantColumn != nil { given.insert(.column) }
    if tenantSetting != nil { given.insert(.setting) }
    if tenantType != nil { given.insert(.type) }
    if role != nil { given.insert(.role) }
    if ci != nil { given.insert(.ci) }
    return given
  }

  /// Takes what the command line says.
  private func take(_ plan: inout ProjectPlan, isKnown: Bool) throws {
    let before = plan
    if let tenantColumn { try plan.set(column: tenantColumn) }
    if let tenantSetting { try plan.set(setting: tenantSetting) }
    if let tenantType { plan.type = tenantType }
    if let role { try plan.set(role: role) }
    if isKnown, plan != before {
      throw UsageError(
        "dbtool.yaml is there already and says something else",
        remedy: "leave the options out, or change dbtool.yaml")
    }
    if let url = global.url { try plan.set(url: url) }
    if let ci { plan.ci = ci }
  }
}
