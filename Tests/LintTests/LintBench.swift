import Foundation
import Lint
import Migrations
import TestSupport

/// Findings in migrations that are given as text.
enum LintBench {
  /// The report about `files`, each a migration, after the preparation of the rules' examples.
  static func lint(
    _ files: [String], prepared: Bool = true, policies: [String] = [],
    _ options: LintOptions = LintOptions()
  ) throws -> LintReport {
    try withTemporaryDirectory { folder in
      var sources: [LintSource] = []
      let preparation = prepared ? [LintBook.examplePreparation] : []
      for (index, text) in (preparation + files).enumerated() {
        let file = "\(folder)/\(index + 1)_change.up.sql"
        try Data(text.utf8).write(to: URL(filePath: file))
        sources.append(
          LintSource(
            file: file, kind: .migration(Int64(index + 1)), isJudged: !prepared || index > 0))
      }
      for (index, text) in policies.enumerated() {
        let file = "\(folder)/\(index)_policies.sql"
        try Data(text.utf8).write(to: URL(filePath: file))
        sources.append(LintSource(file: file, kind: .policies))
      }
      return Linter.lint(sources, options)
    }
  }

  /// The names of the rules that files break, in order.
  static func rules(
    _ files: String..., policies: [String] = [], options: LintOptions = LintOptions()
  ) throws -> [String] {
    try lint(files, policies: policies, options).open.map(\.rule)
  }
}
