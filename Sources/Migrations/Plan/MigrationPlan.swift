/// What is to be done to a database, decided before anything is done.
package struct MigrationPlan: Sendable, Equatable {
  /// What was asked for.
  package enum Request: Sendable, Equatable {
    /// Apply what is pending, up to and with a version, and, if asked, also what is older than the
    /// newest that is applied.
    case up(to: Int64?, outOfOrder: Bool)
    /// Take back everything above a version; 0 takes back everything.
    case down(to: Int64)
    /// Take back the newest so many.
    case downSteps(Int)
    /// Take back the newest one and apply it anew.
    case redo
  }

  /// The migrations that the plan was made from.
  package var directory: MigrationDirectory
  /// What was asked for.
  package var request: Request
  /// What to do, in order.
  package var steps: [MigrationStep]

  /// True when there is nothing to do.
  package var isEmpty: Bool { steps.isEmpty }

  /// Plans to apply what is pending, up to and with version `target`.
  ///
  /// Only the files of pending migrations are parsed.
  ///
  /// - Parameter outOfOrder: True to apply also those that are older than the newest applied one.
  /// - Throws: `MigrationError` that lists everything that stands in the way at once.
  package static func up(
    _ directory: MigrationDirectory, _ ledger: MigrationLedger, to target: Int64? = nil,
    outOfOrder: Bool = false
  ) throws(MigrationError) -> MigrationPlan {
    try MigrationPlan(.up(to: target, outOfOrder: outOfOrder), directory, ledger)
  }

  /// Plans to take back every applied version above `target`, newest first; 0 takes back all.
  ///
  /// - Warning: Down files usually drop tables with all their rows.
  package static func down(
    _ directory: MigrationDirectory, _ ledger: MigrationLedger, to target: Int64
  ) throws(MigrationError) -> MigrationPlan {
    try MigrationPlan(.down(to: target), directory, ledger)
  }

  /// Plans to take back the newest `steps` applied versions, or as many as there are.
  ///
  /// - Warning: Down files usually drop tables with all their rows.
  package static func down(
    _ directory: MigrationDirectory, _ ledger: MigrationLedger, steps: Int = 1
  ) throws(MigrationError) -> MigrationPlan {
    try MigrationPlan(.downSteps(steps), directory, ledger)
  }

  /// Plans to take back the newest applied version and to apply its file, changed or not, anew.
  ///
  /// - Warning: Down files usually drop tables with all their rows.
  package static func redo(
    _ directory: MigrationDirectory, _ ledger: MigrationLedger
  ) throws(MigrationError) -> MigrationPlan {
    try MigrationPlan(.redo, directory, ledger)
  }

  private init(
    _ request: Request, _ directory: MigrationDirectory, _ ledger: MigrationLedger
  ) throws(MigrationError) {
    self.directory = directory
    self.request = request
    let moves = try MigrationMoves.resolve(request, directory, ledger)
    steps = try Self.steps(for: moves, of: directory, reusing: [])
  }

  /// The same request planned for a newer state of the ledger.
  ///
  /// - Throws: `MigrationError` of code `changedMeanwhile` when a request that means "the newest"
  ///   would now take back something else than it was planned to.
  func replanned(for ledger: MigrationLedger) throws(MigrationError) -> MigrationPlan {
    let moves = try MigrationMoves.resolve(request, directory, ledger)
    var plan = self
    plan.steps = try Self.steps(for: moves, of: directory, reusing: steps)
    switch request {
    case .up, .down: break
    case .downSteps, .redo:
      guard plan.steps == steps else {
        throw MigrationError(
          .changedMeanwhile, "another runner changed what is applied, so the plan no longer holds",
          remedy: "look at `dbtool migrate status`, then run the command again if still wanted")
      }
    }
    return plan
  }

  /// Reads the scripts, all before the first one runs; those planned already stay what they were.
  private static func steps(
    for moves: [MigrationMoves.Move], of directory: MigrationDirectory,
    reusing known: [MigrationStep]
  ) throws(MigrationError) -> [MigrationStep] {
    var steps: [MigrationStep] = []
    var errors: [MigrationError] = []
    for move in moves {
      if let step = known.first(where: {
        $0.direction == move.direction && $0.migration == move.migration
      }) {
        steps.append(step)
        continue
      }
      do {
        steps.append(
          MigrationStep(
            direction: move.direction, migration: move.migration,
            script: try MigrationScript.load(
              move.file, template: directory.template, layout: directory.layout,
              isDown: move.direction == .down)))
      } catch {
        errors.append(error)
      }
    }
    if let error = MigrationError(all: errors, summary: "files cannot be run") { throw error }
    return steps
  }
}

extension MigrationPlan: CustomStringConvertible {
  /// All steps as `--dry-run` shows them.
  package var description: String {
    isEmpty ? "nothing to do" : steps.map(\.description).joined(separator: "\n")
  }
}
