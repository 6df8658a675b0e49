/// A step that was committed.
package struct FinishedStep: Sendable, Equatable {
  /// The step.
  package var step: MigrationStep
  /// How long it took by the server's clock.
  package var durationMilliseconds: Int
}

/// What applying a plan did.
package struct MigrationReport: Sendable, Equatable {
  /// The id that the ledger has for this run.
  package var runID: String
  /// The steps that were committed, in order; fewer than planned when another runner did them.
  package var finished: [FinishedStep]
}
