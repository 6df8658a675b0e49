import Lint
import Reports
import SQLSyntax
import Wording

/// How the findings of `dbtool lint` are shown.
enum LintReports {
  static func report(_ lint: LintReport, isVerbose: Bool) -> Report {
    var report = Report()
    var file = ""
    for finding in lint.findings {
      let isMinor = finding.allowedBecause != nil || finding.severity == .info
      if isMinor, !isVerbose { continue }
      if finding.file != file {
        if !file.isEmpty { report.space() }
        file = finding.file
        report.line(file, .strong)
      }
      let level = finding.allowedBecause == nil ? finding.severity.rawValue : "allowed"
      report.line(
        "  \(finding.location)  \(level)  \(finding.message)  [\(finding.rule)]",
        meaning(of: finding))
      report.line("      next: " + (finding.allowedBecause ?? finding.remedy), .faint)
    }
    if !file.isEmpty { report.space() }
    summarise(lint, isVerbose: isVerbose, in: &report)
    return report
  }

  private static func meaning(of finding: LintFinding) -> Text.Meaning {
    guard finding.allowedBecause == nil else { return .faint }
    switch finding.severity {
    case .error: return .bad
    case .warning: return .doubtful
    case .info: return .plain
    }
  }

  /// The count of each severity, and how much was read.
  static func summary(_ lint: LintReport) -> String {
    let counts = [LintSeverity.error, .warning, .info].compactMap { severity -> String? in
      let count = lint.count(severity)
      guard count > 0 else { return nil }
      return severity == .info
        ? Plural.count(count, "remark") : Plural.count(count, severity.rawValue)
    }
    let allowed = lint.findings.count - lint.open.count
    let size =
      "\(Plural.count(lint.statements, "statement")) in \(Plural.count(lint.files, "file"))"
    let found = counts.isEmpty ? "nothing found" : counts.joined(separator: ", ")
    return "\(found), \(size)" + (allowed > 0 ? "; \(allowed) allowed with a reason" : "")
  }

  private static func summarise(
    _ lint: LintReport, isVerbose: Bool, in report: inout Report
  ) {
    let allowed = lint.findings.count - lint.open.count
    let also = !isVerbose && allowed + lint.count(.info) > 0 ? " (-v shows all)" : ""
    let meaning: Text.Meaning =
      lint.count(.error) > 0 ? .bad : lint.count(.warning) > 0 ? .doubtful : .good
    report.line(summary(lint) + also, meaning)
    if let first = lint.open.first(where: { isVerbose || $0.severity > .info }) {
      report.line(
        "dbtool lint --explain \(first.rule) tells more, \"list\" shows every rule", .faint)
    }
  }

  /// What `dbtool lint` gives to programs.
  struct ReportJSON: Encodable {
    struct Finding: Encodable {
      var rule: String
      var severity: String
      var file: String
      var line: Int
      var column: Int
      var object: String
      var message: String
      var remedy: String
      var allowedBecause: String?
    }

    var schema = "dbtool.lint/1"
    var files: Int
    var statements: Int
    var errors: Int
    var warnings: Int
    var findings: [Finding]

    init(_ lint: LintReport) {
      files = lint.files
      statements = lint.statements
      errors = lint.count(.error)
      warnings = lint.count(.warning)
      findings = lint.findings.map {
        Finding(
          rule: $0.rule, severity: $0.severity.rawValue, file: $0.file, line: $0.location.line,
          column: $0.location.column, object: $0.object, message: $0.message, remedy: $0.remedy,
          allowedBecause: $0.allowedBecause)
      }
    }
  }
}
