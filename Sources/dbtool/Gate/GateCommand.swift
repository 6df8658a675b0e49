import ArgumentParser
import LocalPostgres
import Reports

/// `dbtool gate`.
struct GateCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Everything that has to hold before a deploy, in one run with one exit code.",
    discussion: """
      On a throwaway database that it starts, or with --url on a copy that may be changed:
        lint        judges migrations and policies
        up          applies all migrations, from nothing
        down        takes each one back and applies it again; the schema must be what it was
        locks       what migrations lock; with --changed-since, what the change does to isolation
        policies    plans, applies and checks that nothing is left to do
        seed        loads the seeds in each tenant's context
        verify-rls  tries by real queries to reach other tenants' rows, and weakens the schema in many \
      ways to see whether that would be noticed
        drift       compares the target, if one is given, with what its migrations build
        pending     what the target has not applied yet
      The target is only read. On the servers that it starts, the project's SQL has no superuser \
      rights: --extension has an extension made that needs them.

      A team with old findings starts today: --write-baseline writes them to dbtool-baseline.json, and \
      from then on only new ones fail.

      The result is text, or with --format one of json, junit, sarif, github, markdown, gitlab and html; \
      --report FORMAT=FILE writes more of them in the same run.

      Exit codes: 0 passed, 1 something was found, 4 something could not be concluded, 2 usage or \
      configuration, 3 the database failed.

      Examples:
        dbtool gate
        dbtool gate --changed-since origin/main --target prod
        dbtool gate --format github --report sarif=gate.sarif --report html=gate.html
        dbtool gate --write-baseline
        dbtool gate --skip down --skip seed
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Option(
    help: "Judge only what is new since this branch or commit, and tell what the change does.")
  var changedSince: String?
  @Option(
    help: "The environment or URL that is deployed to: it is compared, and not changed.")
  var target: String?
  @Option(
    help:
      "A file of findings that are known and fail nothing (dbtool-baseline.json if it is there).",
    completion: .file(extensions: ["json"]))
  var baseline: String?
  @Flag(
    help: "Write what is found to the baseline file, so that from now on only new findings fail.")
  var writeBaseline = false
  @Option(
    name: .customLong("skip"),
    help: "Leave a stage out; may be given several times.")
  var skipped: [GateStage] = []
  @Flag(inversion: .prefixedNo, help: "Weaken the schema to see whether the probes would notice.")
  var mutate = true
  @Flag(help: "Let warnings fail as well.")
  var strict = false
  @Option(
    name: .customLong("extension"),
    help: ArgumentHelp(
      "Have a superuser make this extension before anything else; may be given several times.",
      valueName: "name"))
  var extensions: [String] = []
  @Flag(
    help: ArgumentHelp(
      "Run the project's SQL as a superuser, who can run programs on this machine.",
      discussion: "Only where every file is trusted: not for pull requests of strangers."))
  var superuser = false
  @Option(
    help: ArgumentHelp(
      "How long all of it may take, for example 90s, 15m or 1h.", valueName: "time"))
  var timeout = GateTimeLimit.usual
  @OptionGroup var reports: ReportArguments
  @OptionGroup var protection: ProtectionOptions

  var defaultURL: String? { "ephemeral:" }
  var trustsConfiguration: Bool { false }
  var formats: [OutputFormat] { OutputFormat.allCases }
  var memory: RunMemory? { .check("gate") }

  func run(in session: Session) throws -> ExitStatus {
    try timeout.limit { try runLimited(in: session) }
  }

  private func runLimited(in session: Session) throws -> ExitStatus {
    session.rights = try rights(session.configuration)
    try reports.check(beside: session.console.outputFile)
    if session.url != "ephemeral:" {
      try ProtectedEnvironment.check(session, protection, "run the gate, which changes it,")
    }
    guard GateStage.allCases.contains(where: { !skipped.contains($0) && isPossible($0) }) else {
      throw UsageError("every stage is skipped, so nothing would be checked")
    }
    let migrations = session.configuration.migrations
    guard Files.exists(session.configuration.place(migrations)) else {
      throw UsageError(
        "there is no folder \(migrations)",
        remedy: "change to the project's folder, or make a project with dbtool init")
    }
    try GateTarget.check(target, session.configuration)
    let file = baseline ?? session.configuration.place(Baseline.usualName)
    let known = Files.exists(file) ? try Baseline(file: file) : nil
    if baseline != nil, known == nil, !writeBaseline {
      throw UsageError(
        "\(file) cannot be read: there is no such file",
        remedy: "dbtool gate --write-baseline --baseline \(file) writes it")
    }
    if writeBaseline {
      try Files.refuseLinks(to: file)
      try Files.checkWritable(file)
    }
    var gate = try GateRun(session, self, baseline: known)
    var (report, status) = gate.run()
    if status == .interrupted { throw status }
    if writeBaseline, Interrupts.limit == nil {
      let written = Baseline(of: report, keeping: known)
      try Files.write(written.text, to: file)
      session.console.progress("\(written.findings.count) findings written to \(file)")
      (report, status) = gate.judged(report, by: written)
    }
    session.run.count("findings", report.findings.filter(\.counts).count)
    do {
      try GateMemory(session).keep(report)
    } catch {
      // What was found is worth more than the memory of it.
      session.console.warning("this gate is not remembered: \(Failure(error).summary)")
    }
    try session.console.result(CheckText.report(report), report, also: reports)
    return status
  }

  /// What the project's SQL may do on the servers that are started.
  private func rights(_ configuration: Configuration) throws -> ServerRights {
    guard !superuser else {
      guard extensions.isEmpty else {
        throw UsageError(
          "--extension does not go together with --superuser",
          remedy: "a superuser's migrations make their extensions themselves")
      }
      return .superuser
    }
    var made = configuration.gateExtensions
    for name in extensions {
      let asked = try ServerExtension(name)
      if !made.contains(asked) { made.append(asked) }
    }
    let tenancy = configuration.tenancy
    return .contained(
      extensions: made,
      settings: [tenancy.setting, tenancy.userSetting] + tenancy.context.keys.sorted())
  }

  /// False for a stage that needs a target where there is none.
  private func isPossible(_ stage: GateStage) -> Bool {
    target != nil || ![.drift, .pending].contains(stage)
  }
}
