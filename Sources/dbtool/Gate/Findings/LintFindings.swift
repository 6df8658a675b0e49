import Lint
import Reports
import SQLSyntax

/// What `lint` found, as the report of checks has it.
struct LintFindings {
  let lint: LintReport

  static let stage = "lint"

  var findings: [CheckReport.Finding] {
    lint.findings.map { finding in
      let severity = CheckReport.Finding.Severity(finding.severity)
      var result = CheckReport.Finding(
        id: Fingerprint.of([
          Self.stage, finding.rule, finding.file, finding.object, finding.message,
        ]),
        stage: Self.stage, rule: finding.rule, severity: severity,
        effect: severity == .error ? .fails : .none, object: finding.object,
        message: finding.message, fix: finding.remedy,
        location: .init(
          file: finding.file, line: finding.location.line, column: finding.location.column))
      result.accepted = finding.allowedBecause.map { .init(by: .file, reason: $0) }
      return result
    }
  }

  /// The count of each severity, and how much was read.
  var summary: String {
    LintReports.summary(lint)
  }
}

extension CheckReport.Finding.Severity {
  init(_ severity: LintSeverity) {
    switch severity {
    case .error: self = .error
    case .warning: self = .warning
    case .info: self = .info
    }
  }
}
