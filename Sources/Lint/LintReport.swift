/// What was found in files.
package struct LintReport: Sendable, Equatable {
  /// The findings in the order of the files and of the places in them, allowed ones included.
  package var findings: [LintFinding]
  /// The number of files that were judged.
  package var files: Int
  /// The number of statements in them.
  package var statements: Int

  /// The findings that count.
  package var open: [LintFinding] { findings.filter { $0.allowedBecause == nil } }

  /// The number of findings that count, of a severity.
  package func count(_ severity: LintSeverity) -> Int {
    open.filter { $0.severity == severity }.count
  }
}
