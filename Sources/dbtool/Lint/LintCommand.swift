import ArgumentParser
import Lint
import Migrations
import Policies
import Wording

/// `dbtool lint`.
struct LintCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Judge migrations and policies before they meet a database.",
    discussion: """
      Reads all migrations and policies in their order, with PostgreSQL's own parser, and tells what \
      would block or break the running application, lose data, or open a hole between tenants. It \
      needs no database. With PATHs only those files are judged; the others are read because \
      they build on each other.

      A file may break a rule with a comment before its first statement:
        -- dbtool: allow=drop-table reason=unused since release 41
      dbtool.yaml sets the severity of a rule for all files, or turns it off:
        lint:
          from: 20250601000000      judge no migration before this version
          rules:
            varchar-limit: off

      The exit code is 1 when there is an error, with --strict also for a warning.

      Examples:
        dbtool lint
        dbtool lint migrations/20251118090000_audit_partitions_2026.up.sql
        dbtool lint --explain index-without-concurrently
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Argument(
    help: "Files, or folders of files; all migrations and policies when none is given.",
    completion: .file(extensions: ["sql"]))
  var paths: [String] = []
  @Option(help: "Judge no migration before this version.")
  var from: Int64?
  @Flag(help: "Let warnings fail as well.")
  var strict = false
  @Option(
    help: "Tell all about this rule; \"list\" shows every rule, \"all\" tells all about each.")
  var explain: String?

  @OptionGroup var reports: ReportArguments

  var formats: [OutputFormat] { OutputFormat.allCases }

  func run(in session: Session) throws -> ExitStatus {
    if let explain {
      let rules = try ExplainedLintRules(explain)
      try session.console.result(explain == "list" ? rules.list : rules.text, json: rules)
      return .good
    }
    var options = try session.configuration.lintOptions
    if let from { options.firstVersion = from }
    if !paths.isEmpty { options.firstVersion = from }
    try reports.check(beside: session.console.outputFile)
    let report = Linter.lint(try LintedFiles(session, paths: paths).sources, options)
    let fails = report.count(.error) > 0 || strict && report.count(.warning) > 0
    let status: ExitStatus = fails ? .found : .good
    let found = LintFindings(lint: report)
    try session.console.result(
      LintReports.report(report, isVerbose: session.console.isVerbose),
      SingleCheck(
        session, "lint", .lint, status, summary: found.summary, findings: found.findings,
        isStrict: strict
      ).report,
      json: LintReports.ReportJSON(report), also: reports)
    return status
  }
}

extension Configuration {
  /// What a lint is told.
  var lintOptions: LintOptions {
    get throws {
      let manifest = try PolicyDirectory.manifest(
        inFolder: place(policies), defaults: tenancy.manifestDefaults)
      var options = LintOptions(
        tenantColumn: manifest?.tenant.column ?? tenancy.column,
        roles: Set(tenancy.roles.isEmpty ? manifest?.roles.bound ?? [] : tenancy.roles),
        exemptTables: Set(tenancy.exempt.keys), levels: linting.levels,
        disabled: linting.disabled, firstVersion: linting.firstVersion)
      // Policies, ENABLE and FORCE come from the manifest, which lets no table go undecided.
      if manifest != nil { options.disabled.formUnion(TenancyRules.madeByManifest) }
      return options
    }
  }
}
