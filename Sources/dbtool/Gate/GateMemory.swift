import Reports
import Runs

/// The gate's runs as files in `.dbtool/reports`, from which `dbtool report` makes its page.
struct GateMemory {
  /// So many are kept.
  private static let limit = 50

  private let configuration: Configuration

  init(_ session: Session) { configuration = session.configuration }

  /// The folder.
  var folder: String { configuration.place(".dbtool/reports") }

  /// The files, the oldest first.
  var files: [String] {
    guard Files.exists(folder), let names = try? Files.names(in: folder) else { return [] }
    return names.filter { $0.wholeMatch(of: /[0-9]{8}T[0-9]{6}[0-9]*Z?-gate\.json/) != nil }
      .map { folder + "/" + $0 }
  }

  /// Keeps a report, and forgets the oldest ones.
  func keep(_ report: CheckReport) throws {
    for place in [configuration.place(".dbtool"), folder] { try Files.refuseLinks(to: place) }
    try Files.makeFolder(folder)
    let time = report.startedAt.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
    try Files.write(
      JSON.text(report) + "\n", to: "\(folder)/\(time)-\(report.command).json")
    for file in files.dropLast(Self.limit) { try Files.remove(file) }
  }

  /// The newest report.
  ///
  /// - Throws: `UsageError` when there is none.
  func newest() throws -> CheckReport {
    guard let file = files.last else {
      throw UsageError(
        "no gate is remembered in \(folder)",
        remedy: "run dbtool gate first, or name its JSON with --from")
    }
    return try ReportCommand.read(file)
  }

  /// The gates that are remembered, as runs, the oldest first; what cannot be read is left out.
  var gates: [CheckReport.Run] {
    files.compactMap { file in
      guard let report = try? ReportCommand.read(file) else { return nil }
      return CheckReport.Run(
        id: report.startedAt, command: report.command, startedAt: report.startedAt,
        durationMs: report.durationMs, result: Self.word(report.verdict), commit: report.commit,
        by: "", counts: ["findings": report.findings.filter(\.counts).count])
    }
  }

  private static func word(_ verdict: CheckReport.Verdict) -> String {
    switch verdict {
    case .passed: RunRecord.Result.good.rawValue
    case .failed: RunRecord.Result.found.rawValue
    case .inconclusive: RunRecord.Result.inconclusive.rawValue
    case .error: RunRecord.Result.failed.rawValue
    }
  }

  /// Runs as a report has them, the oldest first.
  static func runs(_ records: [RunRecord]) -> [CheckReport.Run] {
    records.reversed().map {
      .init(
        id: $0.id, command: $0.command, startedAt: $0.startedAt, durationMs: $0.milliseconds,
        result: $0.result.rawValue, commit: $0.gitCommit, by: $0.runBy, counts: $0.counts)
    }
  }
}
