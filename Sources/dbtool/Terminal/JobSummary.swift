import Reports

/// The summary of a job of GitHub Actions.
///
/// GitHub documents the file under "Workflow commands: adding a job summary".
enum JobSummary {
  /// Appends a report to the file that `GITHUB_STEP_SUMMARY` names; without it nothing happens.
  static func append(_ report: CheckReport) throws {
    guard let path = Environment.current["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
    // What other steps wrote stays.
    let before = Files.textIfThere(path) ?? ""
    try Files.write(before + CheckFormat.markdown.render(report), to: path)
  }
}
