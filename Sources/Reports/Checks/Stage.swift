extension CheckReport {
  /// One thing that was done, for example `lint`.
  package struct Stage: Sendable, Codable, Equatable {
    /// How a stage ended.
    package enum Outcome: String, Sendable, Codable, CaseIterable {
      /// It was done, and nothing of it fails.
      case passed
      /// It found something.
      case failed
      /// It came to no conclusion.
      case inconclusive
      /// It had nothing to do, or what it builds on failed.
      case skipped
      /// It could not be carried out.
      case error
    }

    /// The stable name, for example `verify-rls`.
    package var name: String
    /// What it does, in a few words.
    package var title: String
    /// How it ended.
    package var outcome: Outcome
    /// How long it took.
    package var durationMs: Int
    /// What came out, in one line.
    package var summary: String
    /// What went wrong, where it could not be carried out; may have several lines.
    package var error: String?

    /// A stage from its parts.
    package init(
      name: String, title: String, outcome: Outcome, durationMs: Int = 0, summary: String = "",
      error: String? = nil
    ) {
      self.name = name
      self.title = title
      self.outcome = outcome
      self.durationMs = durationMs
      self.summary = summary
      self.error = error
    }
  }
}
