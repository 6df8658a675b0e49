import ArgumentParser
import Processes
import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `dbtool report`.
struct ReportCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make a page for people of a recorded gate.",
    discussion: """
      Takes the newest gate that .dbtool/reports remembers, or with --from the JSON that \
      dbtool gate --format json wrote, and writes it as a page: one file that needs no network. The \
      history comes from the gates remembered there and, when a database is named with --url, --env or \
      DATABASE_URL, from its table dbtool.runs.

      --format takes any other form that a gate has: an old result can be had as SARIF as well.

      Examples:
        dbtool report --open
        dbtool report --output gate.html
        dbtool report --from gate.json --format markdown
        dbtool report --env prod --output gate.html
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Option(
    help: "The JSON of a gate instead of the newest one that is remembered.",
    completion: .file(extensions: ["json"]))
  var from: String?
  @Flag(help: "Show the page in the browser.")
  var open = false

  var formats: [OutputFormat] { OutputFormat.allCases }

  func run(in session: Session) throws -> ExitStatus {
    let memory = GateMemory(session)
    var report = try from.map { try Self.read($0) } ?? memory.newest()
    report.runs = history(of: report, memory)
    if global.url != nil || global.env != nil {
      report.runs += try GateTarget.runs(of: session)
      report.runs.sort { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
    }
    // A page is what people ask for; everything else by its name.
    let form = global.format.checkFormat ?? (global.format == .json ? .json : .html)
    let text = form.render(report.located(Repository.path))
    guard open || session.console.outputFile != nil || form == .html else {
      if let problem = Output.standard.write(text, as: global.format.kind) {
        throw UsageError("the result cannot be written to standard output: \(problem)")
      }
      return .good
    }
    let path = session.console.outputFile ?? session.configuration.place(".dbtool/report.html")
    try Files.refuseLinks(to: path)
    try Files.makeFolder(Files.folder(of: path))
    try Files.write(text, to: path)
    session.console.progress("written to \(path)")
    if open { try Self.show(path) }
    return .good
  }

  /// The gates that are remembered, and those that the report knew of.
  private func history(of report: CheckReport, _ memory: GateMemory) -> [CheckReport.Run] {
    let known = Set(report.runs.map(\.id))
    return report.runs + (from == nil ? memory.gates.filter { !known.contains($0.id) } : [])
  }

  static func read(_ path: String) throws -> CheckReport {
    let text = try Files.read(path)
    guard let report = try? JSONDecoder().decode(CheckReport.self, from: Data(text.utf8)),
      report.schema == CheckReport.currentSchema
    else {
      throw UsageError(
        "\(path) does not hold what dbtool gate --format json writes",
        remedy: "run dbtool gate again, or name another file with --from")
    }
    return report
  }

  private static func show(_ path: String) throws {
    let place = Files.canonical(path)
    for program in ["xdg-open", "open", "wslview"] {
      let variables = ["HOME", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "BROWSER"]
        .compactMap { name in Environment.current[name].map { "\(name)=\($0)" } }
      let outcome = try? ChildProcess.run(
        [program, place], variables: variables, dropsErrors: true)
      if outcome?.isSuccess == true { return }
    }
    throw UsageError(
      "no program opens a page here", remedy: "look at \(path) with a browser")
  }
}
