import ArgumentParser
import Reports

/// The forms in which a result can be shown.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people.
  case text
  /// For programs.
  case json
  /// JUnit's XML.
  case junit
  /// SARIF 2.1.0.
  case sarif
  /// Workflow commands of GitHub Actions.
  case github
  /// Markdown, as the summary of a job.
  case markdown
  /// GitLab's code quality report.
  case gitlab
  /// A page for people.
  case html

  /// What the form is for those who read standard output.
  var kind: Output.Kind {
    switch self {
    case .json, .sarif, .gitlab: .json
    case .github: .workflowCommands
    case .text, .junit, .markdown, .html: .words
    }
  }

  /// The form of what checks found; nil for text and JSON, which each command has of its own.
  var checkFormat: CheckFormat? {
    self == .text || self == .json ? nil : CheckFormat(rawValue: rawValue)
  }
}
