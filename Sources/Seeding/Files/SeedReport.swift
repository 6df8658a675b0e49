/// What a run of seeds did.
package struct SeedReport: Sendable, Equatable {
  /// What became of a step.
  package enum Outcome: Sendable, Equatable {
    /// It ran, and what became of its rows.
    case ran(SeedRowCounts, duration: Duration)
    /// The ledger knew it.
    case skipped
  }

  /// A step and what became of it.
  package struct Entry: Sendable, Equatable {
    /// The step.
    package var step: SeedStep
    /// What became of it.
    package var outcome: Outcome
  }

  /// The steps that are done, in order.
  package var entries: [Entry] = []

  /// The number of steps that ran.
  package var ranCount: Int { entries.reduce(0) { $0 + ($1.outcome == .skipped ? 0 : 1) } }

  /// The rows that were written.
  package var rows: Int {
    entries.reduce(0) { sum, entry in
      guard case .ran(let rows, _) = entry.outcome else { return sum }
      return sum + rows.written
    }
  }
}

/// How far a run is.
package enum SeedProgress: Sendable, Equatable {
  /// A step begins.
  case began(SeedStep)
  /// A part of a file of rows was sent: bytes so far, and of how many.
  case sent(SeedStep, bytes: Int, of: Int)
  /// A step is done.
  case finished(SeedReport.Entry)
}
