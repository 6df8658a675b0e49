import ArgumentParser
import DatabaseInstrumentation
import Postgres
import Reports
import Seeding

/// `dbtool seed plan`.
struct SeedPlanCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what seed would write, without writing it.",
    discussion: """
      Lists the files that would run and the rows that would be made up: how many of each table, how \
      they are spread over tenants, and with --columns how each column is filled.

      Examples:
        dbtool seed plan --tenants 50 --rows 1000000
        dbtool seed plan --profile demo --columns
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @OptionGroup var files: SeedFileArguments
  @OptionGroup var generation: GenerationArguments
  @Flag(help: "Say of each column how it is filled.")
  var columns = false

  var memory: RunMemory? { .check("seed plan") }

  func run(in session: Session) throws -> ExitStatus {
    let scope = try SeedScope(files, generation, in: session)
    let files = try scope.filePlan()
    var report = Report()
    if !scope.directory.files.isEmpty {
      for line in files.description.split(separator: "\n") { report.line(String(line)) }
    }
    var json = SeedJSON(steps: SeedJSON.steps(of: files))
    if let prepared = try scope.rowPlan() {
      let rows = GenerationReport(plan: prepared.plan, written: 0)
      report.sections += SeedGeneration.report(rows, showsColumns: columns).sections
      if prepared.isFinished { report.line("these rows are there already") }
      if prepared.isResumed { report.line("a part of them is there already") }
      json.generated = GenerationJSON(rows, showsColumns: columns)
    }
    try session.console.result(report, json: json)
    return .good
  }
}
