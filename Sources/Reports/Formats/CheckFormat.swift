/// A form in which other programs take what checks found.
package enum CheckFormat: String, Sendable, CaseIterable {
  /// The whole report, `dbtool.gate/1`.
  case json
  /// JUnit's XML, which CI systems show as tests.
  case junit
  /// SARIF 2.1.0, which code scanning takes.
  case sarif
  /// Workflow commands of GitHub Actions, which show findings beside the lines of a change.
  case github
  /// Markdown, as the summary of a job.
  case markdown
  /// GitLab's code quality report.
  case gitlab
  /// A page for people, in one file.
  case html

  /// A report in this form.
  package func render(_ report: CheckReport) -> String {
    switch self {
    case .json: JSON.text(report) + "\n"
    case .junit: JUnitRenderer().render(report)
    case .sarif: SARIFRenderer().render(report)
    case .github: GitHubRenderer().render(report)
    case .markdown: MarkdownRenderer().render(report)
    case .gitlab: GitLabRenderer().render(report)
    case .html: HTMLRenderer().render(report)
    }
  }
}
